// Why someone is not in the call (any more), and what follows from it.
import { ApiError } from '../api/errors';

export type EndReason =
  /** Left by the own button. */
  | 'left'
  | 'notFound'
  | 'forbidden'
  /** The host keeps newcomers out. */
  | 'locked'
  | 'banned'
  /** Only by an invitation, and this one is none. */
  | 'uninvited'
  /** A host has been asked and said no. */
  | 'refused'
  /** Only for people with an account, and this one has none. */
  | 'noGuests'
  /** The login ended meanwhile. */
  | 'signedOut'
  /** As many people are in the call as may be. */
  | 'full'
  /** Its owner has deleted the room. */
  | 'deleted'
  /** The call is over for everyone; the room may still be there. */
  | 'ended'
  | 'removed'
  /** The same device joined from another place. */
  | 'replaced'
  | 'shutdown'
  /** Could not get in. */
  | 'failed'
  /** Was in, and could not get back in. */
  | 'lost';

/** After these the page brings people back by itself. */
export function comesBack(reason: EndReason): boolean {
  return reason === 'shutdown' || reason === 'failed' || reason === 'lost';
}

const BY_CLICK: readonly EndReason[] = ['left', 'replaced', 'removed', 'locked', 'full', 'ended', 'refused'];

/** After these a click may bring people back. */
export function mayComeBack(reason: EndReason): boolean {
  return comesBack(reason) || BY_CLICK.includes(reason);
}

/** After these an account may open the door. */
export function asksForLogin(reason: EndReason): boolean {
  return reason === 'noGuests' || reason === 'signedOut';
}

/** What a refusal of the room or of its call means. */
export function endFromError(error: unknown): EndReason {
  if (!(error instanceof ApiError)) return 'failed';
  switch (error.status) {
    case 401:
      return 'signedOut';
    case 404:
      return 'notFound';
    case 403:
      return REFUSALS.get(error.code ?? '') ?? 'forbidden';
    case 410:
      return 'deleted';
    default:
      return 'failed';
  }
}

const REFUSALS: ReadonlyMap<string, EndReason> = new Map([
  ['room_locked', 'locked'],
  ['banned', 'banned'],
  ['invitation_needed', 'uninvited'],
  ['invitation_invalid', 'uninvited'],
  ['room_full', 'full'],
  ['refused', 'refused'],
  ['guests_not_allowed', 'noGuests'],
]);

/** How long somebody has to wait before asking again is of use, in seconds; 0 where that is not said. */
export function pauseFrom(error: unknown): number {
  return error instanceof ApiError && error.failure.kind === 'refused' ? (error.failure.retryAfterSeconds ?? 0) : 0;
}

/** The call could not be entered. */
export class ConnectError extends Error {
  readonly reason: EndReason;
  /** The token was too old or not for this room: another one may do. */
  readonly tokenRefused: boolean;

  constructor(reason: EndReason, tokenRefused = false) {
    super(reason);
    this.name = 'ConnectError';
    this.reason = reason;
    this.tokenRefused = tokenRefused;
  }
}
