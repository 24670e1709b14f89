// The devices of a call, as its views see them.
import type { Readable } from '../ui/store';
import type { CaptureState, DeviceNotice } from './capture';
import type { DeviceKind } from './devices';

export interface DevicesPort {
  readonly state: Readable<CaptureState>;
  /** Calls back with what a person should hear of, until the returned function is called. */
  onNotice(listener: (notice: DeviceNotice) => void): () => void;
  /** Remembers a device, and changes to it at once when its kind runs. */
  choose(kind: DeviceKind, id: string): void;
  /** From a phone's front camera to the one at the back, or the other way. */
  turnAround(): void;
}
