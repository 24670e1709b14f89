// A person who joins with a second device, perhaps in the same room as the first, would hear an echo of themselves: the second one starts without
// microphone and sound, and says so. Sound comes on by itself when the other device leaves the call.
import { accountOf } from '../call/avatar';
import type { CallModel } from '../call/model';
import { Store } from '../ui/store';

export class SecondDevice {
  /** Whether this device plays nothing because of another one. */
  readonly silent = new Store(false);
  readonly #call: Pick<CallModel, 'state' | 'switchTo'>;
  #joined = false;

  constructor(call: Pick<CallModel, 'state' | 'switchTo'>) {
    this.#call = call;
    call.state.subscribe(() => this.#look());
  }

  turnSoundOn(): void {
    this.silent.set(false);
  }

  #look(): void {
    const { phase, local, remotes } = this.#call.state.get();
    if (phase !== 'connected') return;
    const another = remotes.some(({ identity }) => accountOf(identity) === accountOf(local.identity));
    if (!another) this.silent.set(false);
    if (this.#joined) return;
    this.#joined = true;
    if (!another) return;
    this.silent.set(true);
    this.#call.switchTo('microphone', false);
  }
}
