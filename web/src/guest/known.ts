// In which rooms this browser may have a guest's session: its cookie is for the server alone, so that the page has to remember whether asking is worth
// while. Names rooms and times, and opens nothing.
import { browserStorage, keep, keptFields, type KeptStorage } from '../ui/storage';

const KEY = 'rotunda.guestOf';
/** As long as the server lets a guest's session live. */
const LIFETIME_MS = 24 * 3600_000;
const MOST_ROOMS = 20;

export class KnownGuests {
  readonly #storage: KeptStorage | undefined;
  readonly #now: () => number;

  constructor(storage: KeptStorage | undefined = browserStorage(), now: () => number = Date.now) {
    this.#storage = storage;
    this.#now = now;
  }

  has(roomId: string): boolean {
    return this.#rooms().some(([room]) => room === roomId);
  }

  set(roomId: string, known: boolean): void {
    const others = this.#rooms().filter(([room]) => room !== roomId);
    const rooms = known ? [...others, [roomId, this.#now()] as const] : others;
    keep(this.#storage, KEY, Object.fromEntries(rooms.slice(-MOST_ROOMS)));
  }

  /** The oldest first. */
  #rooms(): (readonly [string, number])[] {
    const now = this.#now();
    return [...keptFields(this.#storage, KEY)]
      .flatMap(([room, since]) => (typeof since === 'number' && since <= now && now - since < LIFETIME_MS ? [[room, since] as const] : []))
      .sort((a, b) => a[1] - b[1]);
  }
}
