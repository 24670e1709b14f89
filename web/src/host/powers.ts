// What one person may do to another in the call. The server decides the same for itself; here it decides what is offered.
import { roleOf, type RoomState } from '../call/roomState';

export interface Powers {
  /** Remove from the call. */
  remove: boolean;
  /** Keep out of the room. */
  ban: boolean;
  /** Make and unmake a co-host, and hand the room over. */
  appoint: boolean;
}

/** An account's number. */
const ACCOUNT = /^\d+$/;
/** A guest's id, as the server gives it. */
const GUEST = /^g[0-9a-f]{32}$/;

/** Undefined for those who may do nothing to them. Participants of an operator's own tokens have no account that could be banned. */
export function powersOver(room: RoomState, own: string, other: string): Powers | undefined {
  const role = roleOf(room, own);
  if (role === undefined || own === other) return undefined;
  const otherRole = roleOf(room, other);
  const remove = otherRole === undefined || (otherRole === 'cohost' && role === 'owner');
  return {
    remove,
    ban: remove && (ACCOUNT.test(other) || GUEST.test(other)),
    appoint: role === 'owner' && ACCOUNT.test(other),
  };
}
