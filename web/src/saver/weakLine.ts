// Tells a person once that their own connection is weak: after it has been so for some seconds, until it has been good for longer, and not again for
// minutes. The server's measure of the quality goes up and down; words that come and go with it would be worse than none.
import type { CallState } from '../call/model';
import { Store, type Readable } from '../ui/store';

export const WEAK_LINE = { tellAfterMs: 8_000, hideAfterMs: 20_000, silenceMs: 300_000 } as const;

export class WeakLine {
  /** Whether it is told now. */
  readonly state = new Store(false);
  readonly #call: Readable<CallState>;
  readonly #now: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the timer waits for. */
  #waiting: 'tell' | 'hide' | undefined;
  #silentUntil = -Infinity;

  constructor(call: Readable<CallState>, now: () => number) {
    this.#call = call;
    this.#now = now;
  }

  /** Watches until the returned function is called. */
  watch(): () => void {
    const stop = this.#call.subscribe(() => this.#look());
    this.#look();
    return () => {
      stop();
      this.#wait(undefined);
      this.state.set(false);
    };
  }

  /** The person has read it, or did something about it. */
  close(): void {
    this.#wait(undefined);
    this.state.set(false);
    this.#silentUntil = this.#now() + WEAK_LINE.silenceMs;
  }

  #look(): void {
    const { phase, local } = this.#call.get();
    // While it reconnects, that is what is told; what was weak before is not known afterwards.
    if (phase !== 'connected') {
      this.#wait(undefined);
      this.state.set(false);
      return;
    }
    const weak = local.quality === 'poor' || local.quality === 'lost';
    if (this.state.get() === weak) this.#wait(undefined);
    else this.#wait(weak ? 'tell' : 'hide');
  }

  #wait(what: 'tell' | 'hide' | undefined): void {
    if (what === this.#waiting) return;
    clearTimeout(this.#timer);
    this.#waiting = what;
    if (what === undefined) return;
    this.#timer = setTimeout(() => {
      this.#waiting = undefined;
      if (what === 'hide') this.close();
      else if (this.#now() >= this.#silentUntil) this.state.set(true);
    }, what === 'tell' ? WEAK_LINE.tellAfterMs : WEAK_LINE.hideAfterMs);
  }
}
