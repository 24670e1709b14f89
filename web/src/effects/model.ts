// Effects on the own sound and picture during a call: what was chosen is done and remembered, and what turns out not to work is said and undone.
import type { BackgroundChoice } from './background/backgrounds';
import type { EffectChoices, NoiseChoice } from './effectChoice';
import { canSuppressStrongly, possibleNoise } from './noise';
import type { EffectProblem, EffectsPort } from './port';

export class EffectsModel {
  readonly #port: EffectsPort;
  readonly #choices: EffectChoices;
  readonly #notify: (problem: EffectProblem) => void;
  readonly #strongNoise: boolean;

  constructor(port: EffectsPort, choices: EffectChoices, notify: (problem: EffectProblem) => void, strongNoise = canSuppressStrongly()) {
    this.#port = port;
    this.#choices = choices;
    this.#notify = notify;
    this.#strongNoise = strongNoise;
    port.onProblem((problem) => this.#undo(problem));
    this.#applyNoise();
    this.#applyBackground();
  }

  setNoise(noise: NoiseChoice): void {
    this.#choices.remember({ noise });
    this.#applyNoise();
  }

  setBackground(background: BackgroundChoice): void {
    this.#choices.remember({ background });
    this.#applyBackground();
  }

  #applyNoise(): void {
    const noise = possibleNoise(this.#choices.state.get().noise, this.#strongNoise);
    this.#port.setNoise(noise).catch(() => {
      // A later choice may have been made meanwhile.
      if (noise === 'strong' && this.#choices.state.get().noise === noise) this.#undo('noise');
    });
  }

  #applyBackground(): void {
    // Also where this browser has none any more: then the camera is not sent, rather than as it is.
    const { background } = this.#choices.state.get();
    this.#port.setBackground(background).catch(() => {
      // The camera is off now, whatever was chosen meanwhile.
      if (background !== 'none') this.#undo('background');
    });
  }

  #undo(problem: EffectProblem): void {
    this.#notify(problem);
    if (problem === 'noise') this.setNoise('browser');
    else this.setBackground('none');
  }
}
