// Waiting to be let in, as the one who knocked sees it. In: an answer "waiting" to the wish to join. Out: a grant once a host has admitted this person,
// or an error that says why not. It listens to the room's events, so that it goes on within a second and hears of a host who comes, and asks again every few
// seconds besides: that tells the server that somebody still waits, and works where no stream gets through.
import { ApiError } from '../api/errors';
import type { JoinGrant } from '../api/rooms';
import { Store } from '../ui/store';
import type { EventListener } from './eventStream';

/** What a refused wish to join says of the waiting room; undefined when it is refused for another reason. */
export function waitingIn(error: unknown): { hostPresent: boolean } | undefined {
  if (!(error instanceof ApiError) || error.failure.kind !== 'refused') return undefined;
  if (error.status !== 403 || error.code !== 'waiting') return undefined;
  const { body } = error.failure;
  return { hostPresent: typeof body === 'object' && body !== null && 'hostPresent' in body && body.hostPresent === true };
}

/** Whether a host is in the call, as the event `host` tells it; undefined when it does not. */
function presentIn(data: unknown): boolean | undefined {
  return typeof data === 'object' && data !== null && 'present' in data && typeof data.present === 'boolean' ? data.present : undefined;
}

/** The server lets who was refused knock again after this. */
const PAUSE_SECONDS = 60;

/** A host has said no, and it was heard from the event stream, which does not say for how long. */
const SAID_NO = new ApiError({
  kind: 'refused',
  status: 403,
  detail: undefined,
  code: 'refused',
  fields: {},
  retryAfterSeconds: PAUSE_SECONDS,
  body: undefined,
});

export interface KnockState {
  hostPresent: boolean;
  /** Whether the server could be reached when it was last tried. */
  reached: boolean;
}

export interface KnockEnvironment {
  /** Asks to join. */
  ask: () => Promise<JoinGrant>;
  /** Listens to the room's events until the signal fires. */
  listen: (listener: EventListener, signal: AbortSignal) => void;
  /** Tells the server that one waits no longer. */
  leave: () => Promise<unknown>;
  /** Rejects when the signal fires. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

const ASK_AGAIN_MS = 6_000;

/** A server that is away, restarts or is asked too much has decided nothing. */
function decidesNothing(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const { status } = error;
  return status === undefined ? error.failure.kind !== 'malformed' : status >= 500 || status === 429;
}

export class Knock {
  readonly state: Store<KnockState>;
  readonly #env: KnockEnvironment;

  constructor(hostPresent: boolean, env: KnockEnvironment) {
    this.state = new Store<KnockState>({ hostPresent, reached: true });
    this.#env = env;
  }

  /** Resolves when a host has let this person in; rejects with why they do not come in, or when the signal fires. */
  async decided(signal: AbortSignal): Promise<JoinGrant> {
    const stop = new AbortController();
    const over = AbortSignal.any([signal, stop.signal]);
    let wake: () => void = () => undefined;
    const heard: { something: boolean; no: boolean } = { something: false, no: false };
    const somethingHappened = () => {
      heard.something = true;
      wake();
    };
    this.#env.listen(
      {
        heard: (kind, data) => {
          const hostPresent = kind === 'host' ? presentIn(data) : undefined;
          if (hostPresent !== undefined) {
            this.state.set({ ...this.state.get(), hostPresent });
            return;
          }
          heard.no ||= kind === 'refused';
          somethingHappened();
        },
        // What it means that one may not listen, joining says.
        refused: somethingHappened,
      },
      over,
    );
    try {
      for (;;) {
        if (!heard.something) await Promise.race([this.#env.sleep(ASK_AGAIN_MS, over), new Promise<void>((resolve) => (wake = resolve))]);
        heard.something = false;
        signal.throwIfAborted();
        // Asking again would knock again.
        if (heard.no) throw SAID_NO;
        const grant = await this.#ask();
        signal.throwIfAborted();
        if (grant !== undefined) return grant;
      }
    } finally {
      stop.abort();
    }
  }

  /** Gives up. The server forgets who waits and is not heard of by itself, only later. */
  leave(): void {
    this.#env.leave().catch(() => undefined);
  }

  async #ask(): Promise<JoinGrant | undefined> {
    try {
      return await this.#env.ask();
    } catch (error) {
      const waiting = waitingIn(error);
      if (waiting === undefined && !decidesNothing(error)) throw error;
      const before = this.state.get();
      const reached = waiting !== undefined;
      const hostPresent = waiting?.hostPresent ?? before.hostPresent;
      if (reached !== before.reached || hostPresent !== before.hostPresent) this.state.set({ hostPresent, reached });
      return undefined;
    }
  }
}
