// What to do when the server was upgraded under an open page: the chunk that the page wants to load has another name now. The page says so and
// reloads, once; during a call it waits for the call's end.
import { Store } from './store';

export interface UpgradeEnvironment {
  reload: () => void;
  now: () => number;
  lastReload: { get(): number; set(at: number): void };
}

/** A second failure this soon after a reload means that reloading does not help. */
const LOOP_MS = 30_000;

export type UpgradeStep = 'reloading' | 'afterCall' | 'stuck';

export class Upgrade {
  readonly #env: UpgradeEnvironment;
  readonly #inCall = new Store(false);
  #pending = false;

  constructor(env: UpgradeEnvironment) {
    this.#env = env;
  }

  /** The call's page says when a call begins and ends. */
  setInCall(inCall: boolean): void {
    this.#inCall.set(inCall);
    if (!inCall && this.#pending) {
      this.#pending = false;
      this.#reload();
    }
  }

  chunkMissing(): UpgradeStep {
    if (this.#inCall.get()) {
      this.#pending = true;
      return 'afterCall';
    }
    return this.#reload();
  }

  #reload(): UpgradeStep {
    const now = this.#env.now();
    if (now - this.#env.lastReload.get() < LOOP_MS) return 'stuck';
    this.#env.lastReload.set(now);
    this.#env.reload();
    return 'reloading';
  }
}

const KEY = 'rotunda.reloadedAt';

export const upgrade = new Upgrade({
  reload: () => location.reload(),
  now: () => Date.now(),
  lastReload: {
    get() {
      try {
        return Number(sessionStorage.getItem(KEY) ?? 0);
      } catch {
        return Date.now();
      }
    },
    set(at) {
      try {
        sessionStorage.setItem(KEY, String(at));
      } catch {
        // Then the page asks before it reloads.
      }
    },
  },
});

const CHUNK_ERROR = /dynamically imported module|Importing a module script failed|error loading dynamically|Unable to preload/i;

export function isChunkError(error: unknown): boolean {
  return error instanceof Error && CHUNK_ERROR.test(error.message);
}
