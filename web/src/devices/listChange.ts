// What a change of the list of devices means: what was plugged in, and what is gone.
import type { Device, Devices, DeviceSort } from './deviceList';

export const SORTS = ['camera', 'microphone', 'speaker'] as const satisfies readonly DeviceSort[];

/** Chromium's names for whatever the system's default is; they are no device of their own. */
const STANDINS: ReadonlySet<string> = new Set(['default', 'communications']);

export function isReal(id: string): boolean {
  return id !== '' && !STANDINS.has(id);
}

/** Devices of `now` that `before` did not have. */
export function appeared(before: Devices, now: Devices, sort: DeviceSort): readonly Device[] {
  return now[sort].filter(({ id }) => isReal(id) && !before[sort].some((device) => device.id === id));
}

/** What was plugged in: one thing, such as a headset, may be a microphone and a speaker. */
export interface Plugged {
  label: string;
  devices: Partial<Record<DeviceSort, string>>;
}

/** Things that were plugged in. When a sort had none before, a permission may just have given them their names, which is no news. */
export function pluggedIn(before: Devices, now: Devices): readonly Plugged[] {
  const things = new Map<string, Plugged>();
  for (const sort of SORTS) {
    if (before[sort].length === 0) continue;
    for (const { id, label, group } of appeared(before, now, sort)) {
      if (label === '') continue;
      const thing = things.get(group ?? id) ?? { label, devices: {} };
      thing.devices[sort] ??= id;
      things.set(group ?? id, thing);
    }
  }
  return [...things.values()];
}
