// Forms that somebody left with changes in them, as long as the page stands: coming back shows what was typed.
import type { Room } from '../api/rooms';
import { SettingsForm } from './settingsForm';

const forms = new Map<string, SettingsForm>();

/** The form of this person for this room; a kept one takes in what the server has by now. */
export function formFor(account: string, room: Room): SettingsForm {
  const key = `${account} ${room.id}`;
  const kept = forms.get(key);
  if (kept === undefined) {
    const form = new SettingsForm(room);
    forms.set(key, form);
    return form;
  }
  kept.arrived(room);
  return kept;
}

/** Forgets a form that has nothing to lose. Whether it had. */
export function leave(account: string, form: SettingsForm): boolean {
  const unsaved = form.changed().length > 0;
  if (!unsaved) forms.delete(`${account} ${form.state.get().thing.id}`);
  return unsaved;
}
