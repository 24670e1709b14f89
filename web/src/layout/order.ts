// The order of the people's tiles. It is calm: newcomers go to the end, and nobody moves but the two who change places when a speaker from a
// further page comes to the first one.
import type { Speakers } from './speakers';

export class PeopleOrder {
  #order: readonly string[] = [];

  get(): readonly string[] {
    return this.#order;
  }

  /** Takes in who is there, in the order in which they joined. */
  sync(present: readonly string[]): void {
    const there = new Set(present);
    const known = new Set(this.#order);
    this.#order = [...this.#order.filter((identity) => there.has(identity)), ...present.filter((identity) => !known.has(identity))];
  }

  swap(a: string, b: string): void {
    this.#order = this.#order.map((identity) => (identity === a ? b : identity === b ? a : identity));
  }

  /**
   * Gives those who keep speaking a place among the `places` first ones of `listed` (in this order), each in place of who has been silent for longest.
   * Says whether anybody moved.
   */
  bringForward(listed: readonly string[], places: number, speakers: Pick<Speakers, 'staying' | 'heardAt'>, now: number): boolean {
    const staying = new Set(speakers.staying(now));
    const waiting = listed.slice(places).filter((identity) => staying.has(identity));
    // Of those who were never heard, the last one makes way: the eye is on the first ones.
    const yielding = listed
      .slice(0, places)
      .filter((identity) => !staying.has(identity))
      .reverse()
      .sort((a, b) => compare(speakers.heardAt(a), speakers.heardAt(b)));
    const moves = waiting.slice(0, yielding.length);
    moves.forEach((identity, index) => this.swap(identity, yielding[index] ?? identity));
    return moves.length > 0;
  }
}

/** A subtraction would not do: it is no number between two who were never heard. */
const compare = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);
