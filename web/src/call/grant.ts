// Keeps a join token ready during the step before the call. Tokens live ten minutes at most; one that has waited half of that is replaced.
import type { JoinGrant } from '../api/rooms';

const FRESH_MS = 4 * 60_000;

export class GrantKeeper {
  readonly #request: () => Promise<JoinGrant>;
  readonly #now: () => number;
  #held: { grant: Promise<JoinGrant>; at: number } | undefined;

  constructor(request: () => Promise<JoinGrant>, now: () => number) {
    this.#request = request;
    this.#now = now;
  }

  /** Fetches one ahead of time. A failure is forgotten: `take` asks again and tells. */
  warm(): void {
    const held = { grant: this.#request(), at: this.#now() };
    this.#held = held;
    held.grant.catch(() => {
      if (this.#held === held) this.#held = undefined;
    });
  }

  /** A grant that is good for a connection now; each is handed out once. */
  async take(): Promise<JoinGrant> {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined && this.#now() - held.at < FRESH_MS) {
      try {
        return await held.grant;
      } catch {
        // Ask again below.
      }
    }
    return this.#request();
  }

  forget(): void {
    this.#held = undefined;
  }
}
