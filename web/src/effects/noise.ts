// Noise suppression: which choices this browser has, and whether one that was started does anything.
import { effectChoices, NOISE_CHOICES, type NoiseChoice } from './effectChoice';

/** Strong suppression runs a network in an audio worklet. */
export function canSuppressStrongly(browser: object = globalThis): boolean {
  return ['AudioContext', 'AudioWorkletNode', 'MediaStreamAudioDestinationNode', 'WebAssembly'].every((name) => name in browser);
}

export function noiseChoices(strong = canSuppressStrongly()): readonly NoiseChoice[] {
  return strong ? NOISE_CHOICES : NOISE_CHOICES.filter((choice) => choice !== 'strong');
}

/** What a choice comes to in this browser. */
export function possibleNoise(choice: NoiseChoice, strong = canSuppressStrongly()): NoiseChoice {
  return choice === 'strong' && !strong ? 'browser' : choice;
}

export function currentNoise(): NoiseChoice {
  return possibleNoise(effectChoices.state.get().noise);
}

/** Two suppressors in a row would take parts of the voice as well: the browser's is on only by itself. */
export function browserSuppresses(choice: NoiseChoice): boolean {
  return choice === 'browser';
}

/** A worklet that could not start says nothing and lets nothing through. This tells it from a silent room. */
export class StartWatch {
  /** The sound that may go in before some must come out. */
  static readonly LIMIT_MS = 3_000;
  #heardMs = 0;

  /** One look at both ends; `passedMs` is how much was played since the last one. */
  look(inputSilent: boolean, outputSilent: boolean, passedMs: number): 'waiting' | 'works' | 'failed' {
    if (!outputSilent) return 'works';
    if (!inputSilent) this.#heardMs += passedMs;
    return this.#heardMs >= StartWatch.LIMIT_MS ? 'failed' : 'waiting';
  }
}
