// Watches how this machine keeps up during a call: a look at the browser's counters every five seconds, and at how late the page gets its turn. A page
// in the background is late by the browser's own will, and is not judged.
import type { CallState } from '../call/model';
import type { StatsPort, StatsSample } from '../stats/port';
import { Store, type Readable } from '../ui/store';
import { LoadSteps, measure, strained, STEPS, type Step } from './load';

export const MEASURE_MS = 5_000;
const TICK_MS = 500;
/** Whoever wants to see everything gets it, and is not asked again for so long. */
export const LEFT_ALONE_MS = 600_000;

export interface LoadEnvironment {
  now: () => number;
  visible: () => boolean;
  /** Whether the person lets fewer videos be shown. */
  allowed: Readable<boolean>;
}

export class LoadModel {
  readonly state = new Store<Step>(0);
  readonly #stats: StatsPort;
  readonly #call: Readable<CallState>;
  readonly #env: LoadEnvironment;
  readonly #steps = new LoadSteps();
  #before: StatsSample | undefined;
  #stallMs = 0;
  #seenAlways = true;
  #leftAloneUntil = -Infinity;

  constructor(stats: StatsPort, call: Readable<CallState>, env: LoadEnvironment) {
    this.#stats = stats;
    this.#call = call;
    this.#env = env;
  }

  /** Measures until the returned function is called. */
  watch(): () => void {
    let turn = this.#env.now();
    const tick = setInterval(() => {
      const now = this.#env.now();
      this.#stallMs = Math.max(this.#stallMs, now - turn - TICK_MS);
      turn = now;
      if (!this.#env.visible()) this.#seenAlways = false;
    }, TICK_MS);
    const look = setInterval(() => void this.#look(), MEASURE_MS);
    return () => {
      clearInterval(tick);
      clearInterval(look);
      this.#before = undefined;
    };
  }

  /** A step further because the person wants it. */
  showFewer(): void {
    this.#steps.further(this.#helps);
    this.state.set(this.#steps.step);
  }

  /** Everything, and no more of this for a while. */
  showAll(): void {
    this.#leftAloneUntil = this.#env.now() + LEFT_ALONE_MS;
    this.#steps.reset();
    this.state.set(0);
  }

  async #look(): Promise<void> {
    const [stallMs, seenAlways] = [this.#stallMs, this.#seenAlways];
    this.#stallMs = 0;
    this.#seenAlways = this.#env.visible();
    if (!this.#env.allowed.get()) {
      this.#before = undefined;
      if (this.#steps.step > 0) this.showAll();
      return;
    }
    let now: StatsSample;
    try {
      now = await this.#stats.sample();
    } catch {
      return;
    }
    const before = this.#before;
    this.#before = now;
    if (before === undefined || now.at <= before.at || !seenAlways || this.#call.get().phase !== 'connected' || now.at < this.#leftAloneUntil) return;
    this.state.set(this.#steps.take(strained(measure(before, now, stallMs)), now.at, this.#helps));
  }

  /** With few people a bound on tiles changes nothing. */
  readonly #helps = (step: Step): boolean => {
    const { tiles, small } = STEPS[step];
    return small || this.#call.get().remotes.length + 1 > tiles;
  };
}
