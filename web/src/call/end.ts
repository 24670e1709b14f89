// Why someone is not in the call (any more), and what follows from it.

export type EndReason =
  /** Left by the own button. */
  | 'left'
  | 'notFound'
  | 'forbidden'
  | 'deleted'
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

/** What the join request's refusal means. */
export function endFromStatus(status: number | undefined): EndReason {
  switch (status) {
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
