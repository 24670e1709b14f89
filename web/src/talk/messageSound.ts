// A short sound for new messages, for those who want it.
import { deviceChoices } from '../devices/deviceChoice';
import { playChime } from '../devices/speaker';
import { preferences } from '../settings/preferences';

/** A lively chat shall not ring all the time. */
const QUIET_MS = 3_000;

export interface SoundEnvironment {
  wanted: () => boolean;
  play: () => void;
  now: () => number;
}

export class MessageSound {
  readonly #env: SoundEnvironment;
  #rangAt = -Infinity;

  constructor(env: SoundEnvironment) {
    this.#env = env;
  }

  ring(): void {
    const now = this.#env.now();
    if (!this.#env.wanted() || now - this.#rangAt < QUIET_MS) return;
    this.#rangAt = now;
    this.#env.play();
  }
}

export const messageSound = new MessageSound({
  wanted: () => preferences.state.get().chatSound,
  play: () => void playChime(deviceChoices.state.get().speaker).catch(() => undefined),
  now: () => performance.now(),
});
