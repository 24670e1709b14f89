// What to do when the server was upgraded under an open page: the chunk that the page wants to load has another name now. The page says so and
// reloads, once; during a call it waits for the call's end.
import { Store } from './store';

export interface UpgradeEnvironment {
  /** Reloads, after people had the time to read why. */
  reload: () => void;
  now: () => number;
  lastReload: { get(): number; set(at: number): void };
}

/** A second failure this soon after a reload means that reloading does not help. */
const LOOP_MS = 30_000;

export type UpgradeStep =
  | 'none'
  | 'reloading'
  /** Waits for the call's end. */
  | 'afterCall'
  /** Reloading has been tried already. */
  | 'stuck';

export class Upgrade {
  readonly #env: UpgradeEnvironment;
  readonly step = new Store<UpgradeStep>('none');
  #inCall = false;

  constructor(env: UpgradeEnvironment) {
    this.#env = env;
  }

  /** The call's page says when a call begins and ends. */
  setInCall(inCall: boolean): void {
    this.#inCall = inCall;
    if (!inCall && this.step.get() === 'afterCall') this.#reload();
  }

  chunkMissing(): void {
    if (this.step.get() === 'reloading') return;
    if (this.#inCall) this.step.set('afterCall');
    else this.#reload();
  }

  #reload(): void {
    const now = this.#env.now();
    if (now - this.#env.lastReload.get() < LOOP_MS) {
      this.step.set('stuck');
      return;
    }
    this.#env.lastReload.set(now);
    this.step.set('reloading');
    this.#env.reload();
  }
}

const KEY = 'rotunda.reloadedAt';
const READ_MS = 1_200;

export const upgrade = new Upgrade({
  reload: () => void setTimeout(() => location.reload(), READ_MS),
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

/** Hears of every chunk that did not load, whoever asked for it. */
export function watchChunks(): void {
  window.addEventListener('vite:preloadError', () => upgrade.chunkMissing());
}
