import { describe, expect, it } from 'vitest';
import { claimDeviceId, type DeviceIdEnvironment } from './deviceId';

function browser() {
  const held = new Set<string>();
  let serial = 0;
  return {
    held,
    /** A tab with its own storage, or a copy of another's. */
    tab(stored?: string) {
      const storage = new Map<string, string>(stored === undefined ? [] : [['rotunda.device', stored]]);
      const env: DeviceIdEnvironment = {
        storage: { getItem: (key) => storage.get(key) ?? null, setItem: (key, value) => void storage.set(key, value) },
        hold: (name) => {
          const free = !held.has(name);
          held.add(name);
          return Promise.resolve(free);
        },
        random: () => `device-${++serial}`,
      };
      return { env, stored: () => storage.get('rotunda.device') };
    },
  };
}

describe('the id of a tab', () => {
  it('outlives a reload', async () => {
    const { tab, held } = browser();
    const first = tab();
    const id = await claimDeviceId(first.env);
    held.clear();
    expect(await claimDeviceId(tab(first.stored()).env)).toBe(id);
  });

  it('is another one in a duplicated tab', async () => {
    const { tab } = browser();
    const first = tab();
    const id = await claimDeviceId(first.env);
    const copy = tab(first.stored());
    const other = await claimDeviceId(copy.env);
    expect(other).not.toBe(id);
    expect(copy.stored()).toBe(other);
  });

  it('is made anew when what is stored is not one', async () => {
    const { tab } = browser();
    expect(await claimDeviceId(tab('a b').env)).toBe('device-1');
  });

  it('works without storage', async () => {
    const { tab } = browser();
    expect(await claimDeviceId({ ...tab().env, storage: undefined })).toBe('device-1');
  });
});
