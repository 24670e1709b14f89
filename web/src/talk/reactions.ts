// Reactions: signs that float over a person's picture for some seconds. Bounded on both ends, so that nobody can cover the call with them.
import { Store } from '../ui/store';
import type { TalkPort } from './port';
import type { Reaction } from './reactionList';

export interface ShownReaction {
  id: number;
  identity: string;
  reaction: Reaction;
}

export const SHOWN_MS = 5_000;
/** In so much time a person may react so many times. */
const SPAN_MS = 2_000;
const MOST_IN_SPAN = 6;
/** Over all pictures together. */
const MOST_SHOWN = 80;

export interface ReactionsEnvironment {
  ownIdentity: () => string;
  now: () => number;
  /** Hears of each one of someone else that is shown. */
  arrived: (identity: string, reaction: Reaction) => void;
}

export class ReactionsModel {
  readonly shown = new Store<readonly ShownReaction[]>([]);
  readonly #port: TalkPort;
  readonly #env: ReactionsEnvironment;
  /** Of whom a tile is on the screen, so that theirs are seen there. */
  readonly covered = new Store<ReadonlySet<string>>(new Set());
  readonly #tiles = new Map<string, number>();
  readonly #recent = new Map<string, readonly number[]>();
  #next = 1;

  constructor(port: TalkPort, env: ReactionsEnvironment) {
    this.#port = port;
    this.#env = env;
    port.onReaction((identity, reaction) => {
      if (this.#show(identity, reaction)) env.arrived(identity, reaction);
    });
  }

  /** False when there were too many just now. */
  send(reaction: Reaction): boolean {
    if (!this.#show(this.#env.ownIdentity(), reaction)) return false;
    this.#port.sendReaction(reaction).catch(() => undefined);
    return true;
  }

  /** Says that a person's tile is on the screen, until the returned function is called. */
  cover(identity: string): () => void {
    this.#count(identity, 1);
    return () => this.#count(identity, -1);
  }

  #count(identity: string, change: 1 | -1): void {
    const count = (this.#tiles.get(identity) ?? 0) + change;
    if (count > 0) this.#tiles.set(identity, count);
    else this.#tiles.delete(identity);
    if (this.covered.get().has(identity) !== count > 0) this.covered.set(new Set(this.#tiles.keys()));
  }

  #show(identity: string, reaction: Reaction): boolean {
    const now = this.#env.now();
    const recent = (this.#recent.get(identity) ?? []).filter((at) => now - at < SPAN_MS);
    const shown = this.shown.get();
    if (recent.length >= MOST_IN_SPAN || shown.length >= MOST_SHOWN) return false;
    this.#recent.set(identity, [...recent, now]);
    const id = this.#next++;
    this.shown.set([...shown, { id, identity, reaction }]);
    setTimeout(() => {
      const left = this.shown.get().filter((other) => other.id !== id);
      this.shown.set(left);
      if (!left.some((other) => other.identity === identity)) this.#recent.delete(identity);
    }, SHOWN_MS);
    return true;
  }
}
