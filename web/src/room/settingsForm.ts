// The form of a room's settings, without its looks. In: the room as the server has it, what people type, and the room again when it has changed.
// Out: one state to draw. Somebody else's change never takes away what was typed: what both have changed is shown twice until one is chosen.
import { ApiError, errorText, statusOf, type ErrorText } from '../api/errors';
import type { Room, RoomSettings } from '../api/rooms';
import { Store } from '../ui/store';
import { fromField, toField } from './localTime';
import { merge, pick, without } from './merge';

/** The settings as they are edited: what is typed is text until it is saved. */
export interface Draft extends Omit<RoomSettings, 'peopleLimit' | 'scheduledOn'> {
  peopleLimit: string;
  /** As the browser's field has it, in its own zone. */
  scheduledOn: string;
}

export type SettingName = keyof Draft;

export const SETTING_NAMES = [
  'title',
  'description',
  'scheduledOn',
  'typeOf',
  'allowGuests',
  'waitingRoom',
  'locked',
  'peopleLimit',
  'keepChat',
  'chatDisabled',
  'shareDisabled',
  'unmuteDisabled',
] as const satisfies readonly SettingName[];

/** What co-hosts may change as well; the rest is the owner's. */
export const ORDER: readonly SettingName[] = ['locked', 'waitingRoom', 'chatDisabled', 'shareDisabled', 'unmuteDisabled'];

export const MAX_PEOPLE = 1_000;

/** What is wrong with a field: a sentence of the catalogue, or the server's own. */
export type FieldProblem = { key: 'form.required' | 'room.settings.peopleRange' | 'room.settings.noTime' } | { text: string };

export interface FormState {
  room: Room;
  draft: Draft;
  /** What the server has where both sides have changed something. */
  conflicts: Partial<Draft>;
  /** What somebody else has changed and this form has taken over since the last save. */
  taken: readonly SettingName[];
  errors: Partial<Record<SettingName, FieldProblem>>;
  /** What is wrong with the whole. */
  problem: ErrorText | undefined;
  /** Somebody else was faster: nothing was saved. */
  overtaken: boolean;
  saving: boolean;
}

export interface SettingsServer {
  change: (id: number, changes: Partial<RoomSettings>, version: number) => Promise<Room>;
  read: (id: number) => Promise<Room>;
}

export function draftOf(room: Room): Draft {
  return {
    title: room.title,
    description: room.description,
    typeOf: room.typeOf,
    locked: room.locked,
    allowGuests: room.allowGuests,
    waitingRoom: room.waitingRoom,
    keepChat: room.keepChat,
    chatDisabled: room.chatDisabled,
    shareDisabled: room.shareDisabled,
    unmuteDisabled: room.unmuteDisabled,
    peopleLimit: String(room.peopleLimit),
    scheduledOn: toField(room.scheduledOn),
  };
}

/** Which settings differ; spaces at the ends of texts do not count, since the server takes them off. */
export function differences(one: Draft, other: Draft): SettingName[] {
  const plain = (value: string | boolean) => (typeof value === 'string' ? value.trim() : value);
  return SETTING_NAMES.filter((name) => plain(one[name]) !== plain(other[name]));
}

function problems(draft: Draft, changed: readonly SettingName[]): FormState['errors'] {
  const errors: FormState['errors'] = {};
  if (draft.title.trim() === '') errors.title = { key: 'form.required' };
  if (!/^\d{1,4}$/.test(draft.peopleLimit.trim()) || Number(draft.peopleLimit) < 1 || Number(draft.peopleLimit) > MAX_PEOPLE)
    errors.peopleLimit = { key: 'room.settings.peopleRange' };
  if (fromField(draft.scheduledOn) === undefined) errors.scheduledOn = { key: 'room.settings.noTime' };
  return Object.fromEntries(Object.entries(errors).filter(([name]) => changed.some((other) => other === name)));
}

function changesOf(draft: Draft, changed: readonly SettingName[]): Partial<RoomSettings> {
  const all: RoomSettings = {
    ...draft,
    title: draft.title.trim(),
    description: draft.description.trim(),
    peopleLimit: Number(draft.peopleLimit),
    scheduledOn: fromField(draft.scheduledOn) ?? null,
  };
  return Object.fromEntries(changed.map((name) => [name, all[name]]));
}

/** So often a save is tried again, on what somebody else has set meanwhile, before it gives up. */
const TRIES = 3;

export class SettingsForm {
  readonly state: Store<FormState>;

  constructor(room: Room) {
    this.state = new Store<FormState>({
      room,
      draft: draftOf(room),
      conflicts: {},
      taken: [],
      errors: {},
      problem: undefined,
      overtaken: false,
      saving: false,
    });
  }

  /** What has been typed and not been saved. */
  changed(): SettingName[] {
    const { room, draft } = this.state.get();
    return differences(draft, draftOf(room));
  }

  set<Name extends SettingName>(name: Name, value: Draft[Name]): void {
    const { draft, errors } = this.state.get();
    this.#patch({ draft: { ...draft, [name]: value }, errors: without(errors, name), problem: undefined });
  }

  /** Gives up what was typed into this field for what the server has. */
  takeTheirs(name: SettingName): void {
    const { room, draft, conflicts, errors } = this.state.get();
    this.#patch({ draft: { ...draft, [name]: draftOf(room)[name] }, conflicts: without(conflicts, name), errors: without(errors, name) });
  }

  /** Gives up everything that was typed. */
  reset(): void {
    const { room } = this.state.get();
    this.#patch({ draft: draftOf(room), conflicts: {}, errors: {}, taken: [], problem: undefined, overtaken: false });
  }

  /** Takes in the room as it is on the server now. */
  arrived(room: Room): void {
    const { room: before, draft, conflicts, taken, saving } = this.state.get();
    if (room.version < before.version) return;
    const merged = merge({ before: draftOf(before), now: draftOf(room), typed: draft, conflicts, taken, differences });
    // What comes while a save is under way is told with its answer.
    this.#patch({ room, ...merged, ...(saving && merged.taken.length > 0 ? { taken } : {}) });
  }

  /** Whether everything is saved. */
  async save(server: SettingsServer): Promise<boolean> {
    const { draft } = this.state.get();
    const changed = this.changed();
    const errors = problems(draft, changed);
    if (Object.keys(errors).length > 0) {
      this.#patch({ errors });
      return false;
    }
    this.#patch({ saving: true, errors: {}, problem: undefined, overtaken: false, taken: [] });
    try {
      return await this.#send(server);
    } catch (error) {
      this.#refused(error);
      return false;
    } finally {
      this.#patch({ saving: false });
    }
  }

  async #send(server: SettingsServer): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      const { room, draft } = this.state.get();
      const changed = this.changed();
      try {
        const after = await server.change(room.id, changesOf(draft, changed), room.version);
        this.#patch({ room: after, draft: this.#typedSince(draft, after), conflicts: {}, taken: [] });
        return true;
      } catch (error) {
        if (statusOf(error) !== 409) throw error;
        const fresh = await server.read(room.id);
        const theirs = differences(draftOf(room), draftOf(fresh));
        this.arrived(fresh);
        if (theirs.length > 0 || attempt === TRIES) {
          this.#patch({ overtaken: true, taken: theirs.filter((name) => !changed.includes(name)) });
          return false;
        }
      }
    }
  }

  /** Fields that somebody went on typing in while the save was under way. */
  #typedSince(sent: Draft, after: Room): Draft {
    const now = this.state.get().draft;
    return { ...draftOf(after), ...pick(now, differences(sent, now)) };
  }

  #refused(error: unknown): void {
    const said = error instanceof ApiError ? error.fields : {};
    const errors: FormState['errors'] = {};
    const rest: string[] = [];
    for (const [field, messages] of Object.entries(said)) {
      const name = SETTING_NAMES.find((known) => known === field);
      if (name === undefined) rest.push(...messages);
      else errors[name] = { text: messages.join(' ') };
    }
    const whole: ErrorText | undefined =
      rest.length > 0 ? { key: 'error.detail', values: { detail: rest.join(' ') } } : Object.keys(said).length > 0 ? undefined : errorText(error);
    this.#patch({ errors, problem: whole });
  }

  #patch(changes: Partial<FormState>): void {
    this.state.set({ ...this.state.get(), ...changes });
  }
}
