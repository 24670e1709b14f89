// Who has the floor. In: who speaks now, again and again, with the time. Out: one person who changes seldom (a cough or a "yes" does not take
// the floor), and who has spoken for long enough to be worth a place on the screen. Knows nothing of oneself: others only go in.

/** So long someone must have spoken to take the floor from another, and so long another must have been silent to lose it at once. */
export const HOLD_MS = 2_000;
/** Shorter silences belong to a turn. */
const PAUSE_MS = 1_000;

interface Turn {
  since: number;
  /** When they were last heard; means now while they speak. */
  heardAt: number;
  speaking: boolean;
}

export interface Voice {
  identity: string;
  speaking: boolean;
}

export class Speakers {
  readonly #turns = new Map<string, Turn>();
  #floor: string | undefined;

  /** Who has the floor, or had it last; undefined before anyone spoke. */
  get floor(): string | undefined {
    return this.#floor;
  }

  update(voices: readonly Voice[], now: number): void {
    const present = new Set(voices.map(({ identity }) => identity));
    for (const identity of this.#turns.keys()) if (!present.has(identity)) this.#turns.delete(identity);
    for (const { identity, speaking } of voices) this.#hear(identity, speaking, now);
    this.#floor = this.#choose(now);
  }

  /** Who is in a turn that has lasted a while. */
  staying(now: number): readonly string[] {
    return [...this.#turns].filter(([, turn]) => turn.speaking && now - turn.since >= HOLD_MS).map(([identity]) => identity);
  }

  /** When someone was last heard; before all time if never. */
  heardAt(identity: string): number {
    return this.#turns.get(identity)?.heardAt ?? -Infinity;
  }

  /** After how long `update` may find something new although nobody began or ceased to speak. */
  nextChange(now: number): number | undefined {
    const floor = this.#turn(this.#floor);
    const speaking = [...this.#turns.values()].filter((turn) => turn.speaking);
    const moments = speaking.map((turn) => turn.since + HOLD_MS);
    if (floor !== undefined && !floor.speaking && speaking.length > 0) moments.push(floor.heardAt + HOLD_MS);
    const next = Math.min(...moments.filter((moment) => moment > now));
    return Number.isFinite(next) ? next - now : undefined;
  }

  #hear(identity: string, speaking: boolean, now: number): void {
    const before = this.#turns.get(identity);
    if (!speaking) {
      if (before?.speaking === true) this.#turns.set(identity, { ...before, heardAt: now, speaking: false });
      return;
    }
    const goesOn = before !== undefined && (before.speaking || now - before.heardAt <= PAUSE_MS);
    this.#turns.set(identity, { since: goesOn ? before.since : now, heardAt: now, speaking: true });
  }

  #choose(now: number): string | undefined {
    const floor = this.#turn(this.#floor);
    // The latest who stays, so that one noisy microphone does not keep the floor for ever.
    const speaking = [...this.#turns].filter(([identity, turn]) => turn.speaking && identity !== this.#floor).sort(([, a], [, b]) => b.since - a.since);
    if (floor === undefined) return speaking[0]?.[0] ?? this.#lastHeard();
    const lost = !floor.speaking && now - floor.heardAt >= HOLD_MS;
    const next = speaking.find(([, turn]) => lost || (turn.since > floor.since && now - turn.since >= HOLD_MS));
    return next?.[0] ?? this.#floor;
  }

  #turn(identity: string | undefined): Turn | undefined {
    return identity === undefined ? undefined : this.#turns.get(identity);
  }

  #lastHeard(): string | undefined {
    return [...this.#turns].sort(([, a], [, b]) => b.heardAt - a.heardAt)[0]?.[0];
  }
}
