// The microphone that is on only while something is held: the space bar while the microphone is off, or in push-to-talk at any time, and then the
// microphone's button too. Whatever else happens, it goes off again: the key is let go, the window loses the focus, the tab is hidden, the focus moves
// into a field or a dialog, another key joins in, or the key's repetition stops without a word.
import type { CallModel } from '../call/model';
import { mayUnmute } from '../call/roomState';
import type { PreferenceStore } from '../settings/preferences';
import { Store } from '../ui/store';

/** A held key repeats itself at least twice a second; when it did and does no more, its release got lost. */
const REPEAT_GAP_MS = 1_500;

export class HoldToTalk {
  /** Whether something is held at the moment. */
  readonly talking = new Store(false);
  readonly #call: Pick<CallModel, 'state' | 'switchTo'>;
  readonly #preferences: Pick<PreferenceStore, 'state'>;
  #lost: ReturnType<typeof setTimeout> | undefined;

  constructor(call: Pick<CallModel, 'state' | 'switchTo'>, preferences: Pick<PreferenceStore, 'state'>) {
    this.#call = call;
    this.#preferences = preferences;
    call.state.subscribe(() => this.#keepSilent());
    preferences.state.subscribe(() => this.#keepSilent());
    this.#keepSilent();
  }

  /** False when holding means nothing at the moment. */
  press(): boolean {
    if (this.talking.get()) return true;
    const { pushToTalk, holdSpace } = this.#preferences.state.get();
    const call = this.#call.state.get();
    if (!(pushToTalk || holdSpace) || call.phase === 'ended' || call.microphone === 'on' || call.microphone === 'turningOn') return false;
    // Where only hosts may, the call says so.
    if (mayUnmute(call)) this.talking.set(true);
    this.#call.switchTo('microphone', true);
    return true;
  }

  /** The held key says that it is still held. */
  repeat(): void {
    if (!this.talking.get()) return;
    clearTimeout(this.#lost);
    this.#lost = setTimeout(() => this.release(), REPEAT_GAP_MS);
  }

  release(): void {
    clearTimeout(this.#lost);
    if (!this.talking.get()) return;
    this.talking.set(false);
    this.#call.switchTo('microphone', false);
  }

  /** In push-to-talk nothing but holding turns the microphone on. */
  #keepSilent(): void {
    const { phase, microphone } = this.#call.state.get();
    if (phase === 'ended') {
      clearTimeout(this.#lost);
      this.talking.set(false);
    } else if (this.#preferences.state.get().pushToTalk && !this.talking.get() && (microphone === 'on' || microphone === 'turningOn')) {
      this.#call.switchTo('microphone', false);
    }
  }
}
