// The form of the server's settings, without its looks: what there is to be set, how it is typed, and what of it is wrong. The rest is as in every
// form that several people may have open.
import type { ServerSettings } from '../api/admin';
import { SharedForm, type Shape } from '../ui/sharedForm';

type Settings = Omit<ServerSettings, 'version'>;

/** As they are edited: numbers are text until they are saved. */
export type Draft = Record<keyof Settings, string>;

export type SettingName = keyof Draft;

export const SETTING_NAMES = ['registration', 'peoplePerRoom', 'roomsPerUser'] as const satisfies readonly SettingName[];

/** What the server takes. */
export const RANGES = { peoplePerRoom: { min: 1, max: 1_000 }, roomsPerUser: { min: 0, max: 1_000 } } as const;

type ProblemKey = 'admin.settings.range';

export interface SettingsServer {
  settings: () => Promise<ServerSettings>;
  changeSettings: (changes: Partial<Settings>, version: number) => Promise<ServerSettings>;
}

function isWrong(text: string, { min, max }: { min: number; max: number }): boolean {
  return !/^\d{1,4}$/.test(text.trim()) || Number(text) < min || Number(text) > max;
}

const SHAPE: Shape<ServerSettings, Draft, Settings, ProblemKey> = {
  names: SETTING_NAMES,
  draftOf: ({ registration, peoplePerRoom, roomsPerUser }) => ({ registration, peoplePerRoom: String(peoplePerRoom), roomsPerUser: String(roomsPerUser) }),
  problems: ({ peoplePerRoom, roomsPerUser }) => ({
    ...(isWrong(peoplePerRoom, RANGES.peoplePerRoom) && { peoplePerRoom: 'admin.settings.range' }),
    ...(isWrong(roomsPerUser, RANGES.roomsPerUser) && { roomsPerUser: 'admin.settings.range' }),
  }),
  settingsOf: ({ registration, peoplePerRoom, roomsPerUser }) => ({ registration, peoplePerRoom: Number(peoplePerRoom), roomsPerUser: Number(roomsPerUser) }),
};

export class ServerSettingsForm extends SharedForm<ServerSettings, Draft, Settings, ProblemKey> {
  constructor(settings: ServerSettings) {
    super(settings, SHAPE);
  }

  /** Whether everything is saved. */
  save(server: SettingsServer): Promise<boolean> {
    return this.saveTo({ change: (changes, version) => server.changeSettings(changes, version), read: () => server.settings() });
  }
}
