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

/** After these a click may bring people back. */
export function mayComeBack(reason: EndReason): boolean {
  return comesBack(reason) || reason === 'replaced' || reason === 'removed' || reason === 'locked' || reason === 'full' || reason === 'ended';
}

/** What a refusal of the room or of its call means. */
export function endFromError(error: unknown): EndReason {
  if (!(error instanceof ApiError)) return 'failed';
  if (error.status === 403 && error.code === 'room_locked') return 'locked';
  if (error.status === 403 && error.code === 'banned') return 'banned';
  if (error.status === 403 && (error.code === 'invitation_needed' || error.code === 'invitation_invalid')) return 'uninvited';
  if (error.status === 403 && error.code === 'room_full') return 'full';
  switch (error.status) {
    case 404:
      return 'notFound';
    case 403:
      return 'forbidden';
    case 410:
      return 'deleted';
    default:
      return 'failed';
  }
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
