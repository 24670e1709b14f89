// What the effects' view model needs from the media library.
import type { BackgroundChoice } from './background/backgrounds';
import type { NoiseChoice } from './effectChoice';

/** What does not work on this machine. */
export type EffectProblem = 'noise' | 'background' | 'backgroundSlow';

/** A camera that could not be sent because its background could not be changed; the problem was told. */
export class EffectError extends Error {}

export interface EffectsPort {
  /** For the microphone that is sent now, and for every later one. Rejects when it does not work, after which the microphone is sent as it is. */
  setNoise(choice: NoiseChoice): Promise<void>;
  /** For the camera that is sent now, and for every later one. Rejects when it does not work, after which the camera is off. */
  setBackground(choice: BackgroundChoice): Promise<void>;
  /** Calls back when an effect that was started turns out not to work. */
  onProblem(listener: (problem: EffectProblem) => void): void;
}
