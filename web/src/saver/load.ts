// Whether this machine keeps up with the call, and what is done when it does not: in steps, each after some seconds of strain, and back after a calm
// minute, or longer each time the strain returns at once. In: measurements. Out: a step.
import { grown, number } from '../stats/figures';
import type { StatsEntry, StatsSample } from '../stats/port';

/** What is shown at each step; the first is everything. */
export const STEPS = [
  { tiles: Infinity, cameras: 'all', small: false },
  { tiles: 9, cameras: 'all', small: false },
  { tiles: 4, cameras: 'all', small: false },
  { tiles: 4, cameras: 'speaker', small: true },
] as const;

export type Step = 0 | 1 | 2 | 3;

export interface LoadMeasure {
  /** The part of the time in which the encoder made the picture worse for want of computing power, 0 to 1. */
  encoderLimited: number;
  /** Pictures that arrived, and those of them that were not shown since it was too late. */
  framesReceived: number;
  framesDropped: number;
  /** The longest that the page had to wait for its turn. */
  stallMs: number;
}

export const STRAIN = {
  encoderLimited: 0.5,
  droppedShare: 0.15,
  /** Fewer frames than this say nothing. */
  minFrames: 20,
  stallMs: 700,
  /** So many measurements in a row make a step. */
  measures: 3,
  /** So much calm makes a step back; doubled when the strain returns soon after one. */
  calmMs: 60_000,
  maxCalmMs: 480_000,
  soonMs: 90_000,
} as const;

export function strained({ encoderLimited, framesReceived, framesDropped, stallMs }: LoadMeasure): boolean {
  const drops = framesReceived >= STRAIN.minFrames && framesDropped / framesReceived >= STRAIN.droppedShare;
  return encoderLimited >= STRAIN.encoderLimited || drops || stallMs >= STRAIN.stallMs;
}

export function measure(before: StatsSample, now: StatsSample, stallMs: number): LoadMeasure {
  const seconds = (now.at - before.at) / 1_000;
  const earlier = new Map([...before.sending, ...before.receiving].map((entry) => [entry.id, entry]));
  const pictures = (entries: readonly StatsEntry[], type: string) => entries.filter((entry) => entry.type === type && entry.kind === 'video');
  const limited = pictures(now.sending, 'outbound-rtp').map((entry) => grown(limitedBy(earlier.get(entry.id)), limitedBy(entry), 'cpu') / seconds);
  const received = pictures(now.receiving, 'inbound-rtp');
  const sum = (field: string) => received.reduce((total, entry) => total + grown(earlier.get(entry.id), entry, field), 0);
  return { encoderLimited: Math.min(1, Math.max(0, ...limited)), framesReceived: sum('framesReceived'), framesDropped: sum('framesDropped'), stallMs };
}

/** Seconds by reason. */
function limitedBy(entry: StatsEntry | undefined): StatsEntry {
  const durations = entry?.qualityLimitationDurations;
  return { cpu: typeof durations === 'object' && durations !== null ? number({ ...durations }, 'cpu') : 0 };
}

/** The steps themselves, without any clock of their own. */
export class LoadSteps {
  step: Step = 0;
  #strainedInARow = 0;
  #calmSince: number | undefined;
  #calmMs: number = STRAIN.calmMs;
  #steppedBackAt = -Infinity;

  /** Takes a measurement. `helps` says whether a step would change anything for this call. */
  take(isStrained: boolean, now: number, helps: (step: Step) => boolean): Step {
    if (isStrained) {
      this.#calmSince = undefined;
      this.#strainedInARow += 1;
      if (this.#strainedInARow >= STRAIN.measures) {
        this.#strainedInARow = 0;
        if (now - this.#steppedBackAt < STRAIN.soonMs) this.#calmMs = Math.min(STRAIN.maxCalmMs, this.#calmMs * 2);
        this.further(helps);
      }
      return this.step;
    }
    this.#strainedInARow = 0;
    this.#calmSince ??= now;
    if (this.step > 0 && now - this.#calmSince >= this.#calmMs) {
      this.#calmSince = now;
      this.#steppedBackAt = now;
      this.#back(helps);
    }
    return this.step;
  }

  /** The next step that changes anything; stays when there is none. */
  further(helps: (step: Step) => boolean): void {
    const next = ([1, 2, 3] as const).find((step) => step > this.step && helps(step));
    if (next !== undefined) this.step = next;
  }

  reset(): void {
    this.step = 0;
    this.#strainedInARow = 0;
    this.#calmSince = undefined;
  }

  #back(helps: (step: Step) => boolean): void {
    this.step = ([2, 1] as const).find((step) => step < this.step && helps(step)) ?? 0;
  }
}
