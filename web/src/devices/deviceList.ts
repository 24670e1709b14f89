// The cameras, microphones and speakers that this machine has, as the browser tells them: names come with permission, and the list changes as things
// are plugged in and out.
import { Store } from '../ui/store';

export interface Device {
  id: string;
  /** Empty until the browser may tell. */
  label: string;
  /** The same for the parts of one thing, such as a headset's microphone and speaker. */
  group?: string;
}

export interface Devices {
  camera: readonly Device[];
  microphone: readonly Device[];
  /** Empty also where the browser cannot play to a chosen one. */
  speaker: readonly Device[];
}

export type DeviceSort = keyof Devices;

const NONE: Devices = { camera: [], microphone: [], speaker: [] };
const SORTS: Record<MediaDeviceKind, DeviceSort> = { videoinput: 'camera', audioinput: 'microphone', audiooutput: 'speaker' };

export interface DeviceListEnvironment {
  enumerate: () => Promise<readonly (Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label'> & Partial<Pick<MediaDeviceInfo, 'groupId'>>)[]>;
  /** Calls back when something was plugged in or out, until the returned function is called. */
  onChange: (listener: () => void) => () => void;
  canChooseSpeaker: boolean;
}

export class DeviceList {
  readonly state = new Store<Devices>(NONE);
  readonly #env: DeviceListEnvironment;
  #asked = 0;

  constructor(env: DeviceListEnvironment) {
    this.#env = env;
  }

  /** Keeps the list up to date until the returned function is called. */
  watch(): () => void {
    void this.refresh();
    return this.#env.onChange(() => void this.refresh());
  }

  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    const found = await this.#env.enumerate().catch(() => []);
    // An older answer that comes late must not undo a newer one.
    if (asked !== this.#asked) return;
    const devices: Record<DeviceSort, Device[]> = { camera: [], microphone: [], speaker: [] };
    for (const { deviceId, kind, label, groupId } of found) {
      const sort = SORTS[kind];
      // Without permission a browser lists one nameless device a kind; there is nothing to choose.
      if (deviceId !== '' && (sort !== 'speaker' || this.#env.canChooseSpeaker)) devices[sort].push({ id: deviceId, label, ...(groupId === undefined || groupId === '' ? {} : { group: groupId }) });
    }
    if (!same(devices, this.state.get())) this.state.set(devices);
  }
}

/** What stands for a choice now: the choice itself while it is there, or what is in use, or the first. */
export function standing(devices: readonly Device[], chosen: string | undefined, inUse?: string): string | undefined {
  const has = (id: string | undefined) => id !== undefined && devices.some((device) => device.id === id);
  if (has(chosen)) return chosen;
  return has(inUse) ? inUse : devices[0]?.id;
}

function same(a: Devices, b: Devices): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function mediaDevices(): MediaDevices | undefined {
  return (globalThis.navigator as Partial<Navigator> | undefined)?.mediaDevices;
}

export const deviceList = new DeviceList({
  enumerate: async () => (await mediaDevices()?.enumerateDevices()) ?? [],
  onChange(listener) {
    const devices = mediaDevices();
    devices?.addEventListener('devicechange', listener);
    return () => devices?.removeEventListener('devicechange', listener);
  },
  canChooseSpeaker: typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype,
});
