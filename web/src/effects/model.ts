// Effects on the own sound and picture during a call: what was chosen is done and remembered, and what turns out not to work is said and undone.
import type { EffectChoices, NoiseChoice } from './effectChoice';
import { possibleNoise } from './noise';
import type { EffectProblem, EffectsPort } from './port';

export class EffectsModel {
  readonly #port: EffectsPort;
  readonly #choices: EffectChoices;
  readonly #notify: (problem: EffectProblem) => void;
  readonly #possible: (choice: NoiseChoice) => NoiseChoice;

  constructor(port: EffectsPort, choices: EffectChoices, notify: (problem: EffectProblem) => void, possible: (choice: NoiseChoice) => NoiseChoice = possibleNoise) {
    this.#port = port;
    this.#choices = choices;
    this.#notify = notify;
    this.#possible = possible;
    port.onProblem((problem) => this.#undo(problem));
    this.#applyNoise();
  }

  setNoise(noise: NoiseChoice): void {
    this.#choices.remember({ noise });
    this.#applyNoise();
  }

  #applyNoise(): void {
    const noise = this.#possible(this.#choices.state.get().noise);
    this.#port.setNoise(noise).catch(() => {
      // A later choice may have been made meanwhile.
      if (noise === 'strong' && this.#choices.state.get().noise === noise) this.#undo('noise');
    });
  }

  #undo(problem: EffectProblem): void {
    this.#notify(problem);
    this.setNoise('browser');
  }
}
