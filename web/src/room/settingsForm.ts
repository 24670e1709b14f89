// The form of a room's settings, without its looks: what a room has to be set, how it is typed, and what of it is wrong. The rest is as in every form
// that several people may have open.
import type { Room, RoomSettings } from '../api/rooms';
import { SharedForm, type FieldProblem as Problem, type Shape } from '../ui/sharedForm';
import { fromField, toField } from './localTime';

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

/** As many messages as the server keeps with a room. */
export const MAX_MESSAGES = 10_000;

type ProblemKey = 'form.required' | 'room.settings.peopleRange' | 'room.settings.noTime';

export type FieldProblem = Problem<ProblemKey>;

export interface SettingsServer {
  change: (id: number, changes: Partial<RoomSettings>, version: number) => Promise<Room>;
  read: (id: number) => Promise<Room>;
}

const SHAPE: Shape<Room, Draft, RoomSettings, ProblemKey> = {
  names: SETTING_NAMES,
  draftOf: (room) => ({
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
  }),
  problems: ({ title, peopleLimit, scheduledOn }) => ({
    ...(title.trim() === '' && { title: 'form.required' }),
    ...((!/^\d{1,4}$/.test(peopleLimit.trim()) || Number(peopleLimit) < 1 || Number(peopleLimit) > MAX_PEOPLE) && { peopleLimit: 'room.settings.peopleRange' }),
    ...(fromField(scheduledOn) === undefined && { scheduledOn: 'room.settings.noTime' }),
  }),
  settingsOf: (draft) => ({
    ...draft,
    title: draft.title.trim(),
    description: draft.description.trim(),
    peopleLimit: Number(draft.peopleLimit),
    scheduledOn: fromField(draft.scheduledOn) ?? null,
  }),
};

export class SettingsForm extends SharedForm<Room, Draft, RoomSettings, ProblemKey> {
  constructor(room: Room) {
    super(room, SHAPE);
  }

  /** Whether everything is saved. */
  save({ change, read }: SettingsServer): Promise<boolean> {
    const { id } = this.state.get().thing;
    return this.saveTo({ change: (changes, version) => change(id, changes, version), read: () => read(id) });
  }
}
