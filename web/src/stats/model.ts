// The statistics while someone looks at them: a sample every two seconds, and the figures of the last few samples. Nothing is asked of the browser
// while the panel is closed.
import { Store } from '../ui/store';
import { figures, type Figures } from './figures';
import type { StatsPort, StatsSample } from './port';

export const SAMPLE_MS = 2_000;
/** Figures are of the time between the oldest and the newest of so many samples: steady enough to be read aloud. */
const WINDOW = 4;

export class StatsModel {
  /** Undefined until there are two samples. */
  readonly state = new Store<Figures | undefined>(undefined);
  readonly #port: StatsPort;
  #samples: StatsSample[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The round of sampling; answers of an earlier one come too late. */
  #round = 0;

  constructor(port: StatsPort) {
    this.#port = port;
  }

  /** Samples until the returned function is called. */
  watch(): () => void {
    this.#stop();
    const round = this.#round;
    const look = () => void this.#look(round);
    look();
    this.#timer = setInterval(look, SAMPLE_MS);
    return () => {
      if (round === this.#round) this.#stop();
    };
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#round += 1;
    this.#samples = [];
    this.state.set(undefined);
  }

  async #look(round: number): Promise<void> {
    let sample: StatsSample;
    try {
      sample = await this.#port.sample();
    } catch {
      // A connection that is being replaced has no numbers; the next one will.
      return;
    }
    if (round !== this.#round) return;
    this.#samples = [...this.#samples, sample].slice(-WINDOW);
    const [oldest] = this.#samples;
    if (oldest !== undefined && oldest.at < sample.at) this.state.set(figures(oldest, sample));
  }
}
