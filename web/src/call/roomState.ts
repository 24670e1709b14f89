// What holds for everyone in the call, as the server writes it into the room's metadata: settings, hosts, spotlight. In: text from the network,
// of any content. Out: a state in which everything that is missing or misshapen has its harmless value.
import { accountOf } from './avatar';

export interface RoomState {
  /** Rises with each change; 0 before the server said anything. */
  version: number;
  title: string | undefined;
  locked: boolean;
  chatDisabled: boolean;
  shareDisabled: boolean;
  unmuteDisabled: boolean;
  keepChat: boolean;
  waitingRoom: boolean;
  /** Accounts. */
  owner: string | undefined;
  cohosts: readonly string[];
  /** The identity that a host shows to everyone. */
  spotlight: string | undefined;
}

export const NO_ROOM_STATE: RoomState = {
  version: 0,
  title: undefined,
  locked: false,
  chatDisabled: false,
  shareDisabled: false,
  unmuteDisabled: false,
  keepChat: false,
  waitingRoom: false,
  owner: undefined,
  cohosts: [],
  spotlight: undefined,
};

const LONGEST_METADATA = 100_000;
const LONGEST_TEXT = 1_000;
const MOST_COHOSTS = 1_000;

export function parseRoomState(metadata: string | undefined): RoomState {
  if (metadata === undefined || metadata === '' || metadata.length > LONGEST_METADATA) return NO_ROOM_STATE;
  let read: unknown;
  try {
    read = JSON.parse(metadata);
  } catch {
    return NO_ROOM_STATE;
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return NO_ROOM_STATE;
  const fields = new Map<string, unknown>(Object.entries(read));
  const flag = (name: string) => fields.get(name) === true;
  const version = fields.get('version');
  const cohosts = fields.get('cohosts');
  return {
    version: typeof version === 'number' && Number.isSafeInteger(version) && version > 0 ? version : 0,
    title: text(fields.get('title')),
    locked: flag('locked'),
    chatDisabled: flag('chatDisabled'),
    shareDisabled: flag('shareDisabled'),
    unmuteDisabled: flag('unmuteDisabled'),
    keepChat: flag('keepChat'),
    waitingRoom: flag('waitingRoom'),
    owner: text(fields.get('owner')),
    cohosts: Array.isArray(cohosts) ? cohosts.slice(0, MOST_COHOSTS).flatMap((account) => text(account) ?? []) : [],
    spotlight: text(fields.get('spotlight')),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT ? value : undefined;
}

export type HostRole = 'owner' | 'cohost';

/** What an account is to the room; undefined for everyone who is no host. */
export function roleOf({ owner, cohosts }: RoomState, account: string): HostRole | undefined {
  if (account === '') return undefined;
  if (account === owner) return 'owner';
  return cohosts.includes(account) ? 'cohost' : undefined;
}

/** Whether this participant's account is the room's owner or a co-host. */
export function isHost(room: RoomState, identity: string): boolean {
  return roleOf(room, accountOf(identity)) !== undefined;
}

interface Self {
  room: RoomState;
  local: { identity: string };
}

export function mayShare({ room, local }: Self): boolean {
  return !room.shareDisabled || isHost(room, local.identity);
}

export function mayUnmute({ room, local }: Self): boolean {
  return !room.unmuteDisabled || isHost(room, local.identity);
}
