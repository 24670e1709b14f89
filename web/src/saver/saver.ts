// The data saver: low video, or audio only. It outlives the visit. Audio only also switches the own camera off, and on again when it ends, unless the
// person switched it meanwhile; a camera that was chosen before the call stays as it was chosen.
import { browserStorage, type KeptStorage } from '../ui/storage';
import { Store, type Readable } from '../ui/store';
import type { CallState } from '../call/model';
import type { SaverPort } from './port';

export const SAVER_MODES = ['off', 'low', 'audio'] as const;
export type SaverMode = (typeof SAVER_MODES)[number];

const KEY = 'rotunda.saver';

export interface SwitchableCall {
  state: Readable<Pick<CallState, 'camera'>>;
  toggle(kind: 'camera'): void;
}

export class SaverModel {
  readonly state: Store<SaverMode>;
  readonly #call: SwitchableCall;
  readonly #port: SaverPort;
  readonly #storage: KeptStorage | undefined;
  /** The camera is off because of audio only. */
  #switchedOff = false;
  /** A machine that cannot keep up wants the smallest pictures as well. */
  #alsoSmall = false;

  constructor(port: SaverPort, call: SwitchableCall, storage: KeptStorage | undefined = browserStorage()) {
    this.#port = port;
    this.#call = call;
    this.#storage = storage;
    this.state = new Store<SaverMode>(read(storage));
    this.#apply();
    call.state.subscribe(() => {
      const { camera } = call.state.get();
      if (camera === 'on' || camera === 'turningOn') this.#switchedOff = false;
    });
  }

  set(mode: SaverMode): void {
    const before = this.state.get();
    if (mode === before) return;
    this.state.set(mode);
    this.#apply();
    const { camera } = this.#call.state.get();
    if (mode === 'audio' && camera === 'on') {
      this.#call.toggle('camera');
      this.#switchedOff = true;
    } else if (before === 'audio' && this.#switchedOff) {
      this.#switchedOff = false;
      if (camera === 'off') this.#call.toggle('camera');
    }
    try {
      this.#storage?.setItem(KEY, mode);
    } catch {
      // A full or forbidden storage: it holds until the page is left.
    }
  }

  /** Whether pictures are to be small whatever the person chose. */
  setAlsoSmall(small: boolean): void {
    this.#alsoSmall = small;
    this.#apply();
  }

  #apply(): void {
    const small = this.state.get() !== 'off' || this.#alsoSmall;
    this.#port.receiveSmall(small);
    this.#port.sendSmall(small);
  }
}

function read(storage: KeptStorage | undefined): SaverMode {
  try {
    const stored = storage?.getItem(KEY);
    return SAVER_MODES.find((mode) => mode === stored) ?? 'off';
  } catch {
    return 'off';
  }
}
