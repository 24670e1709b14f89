// Tells what happens to people who do not see it, without talking all the time: the first thing at once, what follows within some seconds in one go.
import type { Reaction } from './reactionList';
import { Store } from '../ui/store';

export type Announcement =
  | { kind: 'message'; name: string; text: string; privately: boolean }
  | { kind: 'reaction'; name: string; reaction: Reaction };

export interface Announced {
  /** Differs from one to the next, so that the same words twice are said twice. */
  turn: number;
  items: readonly Announcement[];
}

const QUIET_MS = 4_000;
const MOST_WAITING = 1_000;

export class Announcer {
  readonly state = new Store<Announced>({ turn: 0, items: [] });
  #waiting: Announcement[] = [];
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  say(announcement: Announcement): void {
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(announcement);
    if (this.#quiet === undefined) this.#flush();
  }

  stop(): void {
    clearTimeout(this.#quiet);
  }

  #flush(): void {
    this.#quiet = undefined;
    if (this.#waiting.length === 0) return;
    const items = this.#waiting;
    this.#waiting = [];
    this.state.set({ turn: ++this.#turn, items });
    this.#quiet = setTimeout(() => this.#flush(), QUIET_MS);
  }
}
