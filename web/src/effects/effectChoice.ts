// What a person chose for their sound and picture in this browser. It outlives the visit, like the choice of devices.
import { BACKGROUNDS, type BackgroundChoice } from './background/backgrounds';
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

export type ChoiceStorage = Pick<Storage, 'getItem' | 'setItem'>;

export class EffectChoices {
  readonly state: Store<EffectChoice>;
  readonly #storage: ChoiceStorage | undefined;

  constructor(storage: ChoiceStorage | undefined) {
    this.#storage = storage;
    this.state = new Store(readChoice(storage));
  }

  remember(changes: Partial<EffectChoice>): void {
    const choice = { ...this.state.get(), ...changes };
    this.state.set(choice);
    try {
      this.#storage?.setItem(KEY, JSON.stringify(choice));
    } catch {
      // A full or forbidden storage: the choice holds until the page is left.
    }
  }
}

function readChoice(storage: ChoiceStorage | undefined): EffectChoice {
  let stored: unknown;
  try {
    stored = JSON.parse(storage?.getItem(KEY) ?? '{}');
  } catch {
    return NO_EFFECTS;
  }
  if (typeof stored !== 'object' || stored === null) return NO_EFFECTS;
  const fields = new Map<string, unknown>(Object.entries(stored));
  return {
    noise: NOISE_CHOICES.find((choice) => choice === fields.get('noise')) ?? NO_EFFECTS.noise,
    background: BACKGROUNDS.find((choice) => choice === fields.get('background')) ?? NO_EFFECTS.background,
  };
}

function browserStorage(): ChoiceStorage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

export const effectChoices = new EffectChoices(browserStorage());
