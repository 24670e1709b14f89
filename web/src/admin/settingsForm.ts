// The form of the server's settings, without its looks. In: the settings as the server has them, and what somebody types. Out: one state to draw.
// Before anything is saved the settings are read again: what another administrator has changed meanwhile is shown, and nothing is overwritten unseen.
import type { ServerSettings } from '../api/admin';
import { statusOf } from '../api/errors';
import { merge, without } from '../room/merge';
import { Store } from '../ui/store';

/** As they are edited: numbers are text until they are saved. */
export interface Draft {
  registration: string;
  peoplePerRoom: string;
  roomsPerUser: string;
}

export type SettingName = keyof Draft;

export const SETTING_NAMES = ['registration', 'peoplePerRoom', 'roomsPerUser'] as const satisfies readonly SettingName[];

/** What the server takes. */
export const RANGES = { peoplePerRoom: { min: 1, max: 1_000 }, roomsPerUser: { min: 0, max: 1_000 } } as const;

export interface FormState {
  settings: ServerSettings;
  draft: Draft;
  /** What the server has where both sides have changed something. */
  conflicts: Partial<Draft>;
  /** What another administrator has changed and this form has taken over since the last save. */
  taken: readonly SettingName[];
  /** Which are no numbers that the server takes. */
  wrong: readonly SettingName[];
  /** Why the server did not take it. */
  problem: unknown;
  /** Another administrator was faster: nothing was saved. */
  overtaken: boolean;
  saving: boolean;
}

export interface SettingsServer {
  settings: () => Promise<ServerSettings>;
  changeSettings: (changes: Partial<ServerSettings>) => Promise<ServerSettings>;
}

function draftOf({ registration, peoplePerRoom, roomsPerUser }: ServerSettings): Draft {
  return { registration, peoplePerRoom: String(peoplePerRoom), roomsPerUser: String(roomsPerUser) };
}

function differences(one: Draft, other: Draft): SettingName[] {
  return SETTING_NAMES.filter((name) => one[name].trim() !== other[name].trim());
}

function isWrong(draft: Draft, name: SettingName): boolean {
  if (name === 'registration') return false;
  const { min, max } = RANGES[name];
  const text = draft[name].trim();
  return !/^\d{1,4}$/.test(text) || Number(text) < min || Number(text) > max;
}

export class ServerSettingsForm {
  readonly state: Store<FormState>;

  constructor(settings: ServerSettings) {
    this.state = new Store<FormState>({
      settings,
      draft: draftOf(settings),
      conflicts: {},
      taken: [],
      wrong: [],
      problem: undefined,
      overtaken: false,
      saving: false,
    });
  }

  /** What has been typed and not been saved. */
  changed(): SettingName[] {
    const { settings, draft } = this.state.get();
    return differences(draft, draftOf(settings));
  }

  set(name: SettingName, value: string): void {
    const { draft, wrong } = this.state.get();
    this.#patch({ draft: { ...draft, [name]: value }, wrong: wrong.filter((other) => other !== name), problem: undefined });
  }

  /** Gives up what was typed into this field for what the server has. */
  takeTheirs(name: SettingName): void {
    const { settings, conflicts } = this.state.get();
    this.set(name, draftOf(settings)[name]);
    this.#patch({ conflicts: without(conflicts, name) });
  }

  /** Gives up everything that was typed. */
  reset(): void {
    this.#patch({ draft: draftOf(this.state.get().settings), conflicts: {}, taken: [], wrong: [], problem: undefined, overtaken: false });
  }

  /** Takes in the settings as the server has them now. */
  arrived(settings: ServerSettings): void {
    const { settings: before, draft, conflicts, taken, saving } = this.state.get();
    const sides = { before: draftOf(before), now: draftOf(settings) };
    if (saving || differences(sides.before, sides.now).length === 0) return;
    this.#patch({ settings, ...merge({ ...sides, typed: draft, conflicts, taken, differences }) });
  }

  /** Whether everything is saved. */
  async save(server: SettingsServer): Promise<boolean> {
    const wrong = this.changed().filter((name) => isWrong(this.state.get().draft, name));
    this.#patch({ wrong, problem: undefined, overtaken: false });
    if (wrong.length > 0) return false;
    const { settings: before } = this.state.get();
    this.#patch({ saving: true });
    try {
      const fresh = await server.settings();
      if (differences(draftOf(before), draftOf(fresh)).length > 0) {
        this.#overtaken(fresh);
        return false;
      }
      const after = await server.changeSettings(this.#changes());
      this.#patch({ settings: after, draft: draftOf(after), conflicts: {}, taken: [] });
      return true;
    } catch (error) {
      if (statusOf(error) === 409) this.#overtaken(await server.settings().catch(() => before));
      else this.#patch({ problem: error });
      return false;
    } finally {
      this.#patch({ saving: false });
    }
  }

  #overtaken(fresh: ServerSettings): void {
    this.#patch({ saving: false });
    this.arrived(fresh);
    // What was typed may be just what the other one has set.
    this.#patch({ overtaken: this.changed().length > 0 });
  }

  #changes(): Partial<ServerSettings> {
    const { draft } = this.state.get();
    const all: ServerSettings = { registration: draft.registration, peoplePerRoom: Number(draft.peoplePerRoom), roomsPerUser: Number(draft.roomsPerUser) };
    return Object.fromEntries(this.changed().map((name) => [name, all[name]]));
  }

  #patch(changes: Partial<FormState>): void {
    this.state.set({ ...this.state.get(), ...changes });
  }
}
