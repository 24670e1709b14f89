// A double of the call's devices.
import type { CaptureState, DeviceNotice } from '../devices/capture';
import type { DeviceKind } from '../devices/devices';
import type { DevicesPort } from '../devices/port';
import { Store } from '../ui/store';

export class FakeDevices implements DevicesPort {
  readonly state = new Store<CaptureState>({ camera: undefined, microphone: undefined });
  readonly chosen: [DeviceKind, string][] = [];
  turned = 0;
  readonly #listeners = new Set<(notice: DeviceNotice) => void>();

  onNotice(listener: (notice: DeviceNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  choose(kind: DeviceKind, id: string): void {
    this.chosen.push([kind, id]);
  }

  turnAround(): void {
    this.turned += 1;
  }

  notice(notice: DeviceNotice): void {
    for (const listener of this.#listeners) listener(notice);
  }
}
