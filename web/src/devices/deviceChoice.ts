// Which camera, microphone and speaker a person chose in this browser, and whether camera and microphone were on before the last call. It outlives the
// visit; a device that is gone meanwhile stays chosen, in case it comes back, and the default stands in for it.
import { browserStorage, keep, keptFields, type KeptStorage } from '../ui/storage';
import { Store } from '../ui/store';

const KEY = 'rotunda.devices';

export interface DeviceChoice {
  /** Ids of devices as the browser gives them to this site; undefined is the browser's default. */
  camera: string | undefined;
  microphone: string | undefined;
  speaker: string | undefined;
  cameraOn: boolean;
  microphoneOn: boolean;
}

export const NO_CHOICE: DeviceChoice = { camera: undefined, microphone: undefined, speaker: undefined, cameraOn: true, microphoneOn: true };

export class DeviceChoices {
  readonly state: Store<DeviceChoice>;
  readonly #storage: KeptStorage | undefined;

  constructor(storage: KeptStorage | undefined) {
    this.#storage = storage;
    this.state = new Store(readChoice(storage));
  }

  remember(changes: Partial<DeviceChoice>): void {
    const choice = { ...this.state.get(), ...changes };
    this.state.set(choice);
    keep(this.#storage, KEY, choice);
  }
}

function readChoice(storage: KeptStorage | undefined): DeviceChoice {
  const fields = keptFields(storage, KEY);
  const id = (name: string) => {
    const value = fields.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    camera: id('camera'),
    microphone: id('microphone'),
    speaker: id('speaker'),
    cameraOn: fields.get('cameraOn') !== false,
    microphoneOn: fields.get('microphoneOn') !== false,
  };
}

export const deviceChoices = new DeviceChoices(browserStorage());
