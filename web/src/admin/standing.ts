// Whether whoever looks at the administration may. In: who is signed in, what the server says of the account, and what was before. Out: one word.
import { statusOf } from '../api/errors';

export type Standing =
  /** The server has not said yet. */
  | 'asking'
  | 'administrator'
  /** An account that is not an administrator's. */
  | 'other'
  /** An administrator until just now. */
  | 'demoted'
  | 'anonymous'
  /** An administrator whose login ended just now. */
  | 'signedOut'
  /** The server could not be asked. */
  | 'failed';

interface Facts {
  signedIn: boolean;
  /** Undefined until the server has said. */
  isAdministrator: boolean | undefined;
  error: unknown;
  /** Whether this page has belonged to an administrator since it was opened. */
  was: boolean;
}

export function standingOf({ signedIn, isAdministrator, error, was }: Facts): Standing {
  if (!signedIn || statusOf(error) === 401) return was ? 'signedOut' : 'anonymous';
  // What the server said last holds while it does not answer: each wish is judged by it anyway.
  if (isAdministrator === undefined) return error === null || error === undefined ? 'asking' : 'failed';
  if (isAdministrator) return 'administrator';
  return was ? 'demoted' : 'other';
}
