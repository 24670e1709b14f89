// What a person chose for their sound and picture in this browser. It outlives the visit, like the choice of devices.
import { BACKGROUNDS, type BackgroundChoice } from './background/backgrounds';
import { browserStorage, keep, keptFields, type KeptStorage } from '../ui/storage';
import { Store } from '../ui/store';

const KEY = 'rotunda.effects';

/** Who takes noise out of the microphone: nobody, the browser, or a neural network of ours. */
export const NOISE_CHOICES = ['off', 'browser', 'strong'] as const;
export type NoiseChoice = (typeof NOISE_CHOICES)[number];

export interface EffectChoice {
  noise: NoiseChoice;
  background: BackgroundChoice;
}

export const NO_EFFECTS: EffectChoice = { noise: 'browser', background: 'none' };

export class EffectChoices {
  readonly state: Store<EffectChoice>;
  readonly #storage: KeptStorage | undefined;

  constructor(storage: KeptStorage | undefined) {
    this.#storage = storage;
    this.state = new Store(readChoice(storage));
  }

  remember(changes: Partial<EffectChoice>): void {
    const choice = { ...this.state.get(), ...changes };
    this.state.set(choice);
    keep(this.#storage, KEY, choice);
  }
}

function readChoice(storage: KeptStorage | undefined): EffectChoice {
  const fields = keptFields(storage, KEY);
  return {
    noise: NOISE_CHOICES.find((choice) => choice === fields.get('noise')) ?? NO_EFFECTS.noise,
    background: BACKGROUNDS.find((choice) => choice === fields.get('background')) ?? NO_EFFECTS.background,
  };
}

export const effectChoices = new EffectChoices(browserStorage());
