import { describe, expect, it } from 'vitest';
import type { KeptStorage } from '../ui/storage';
import { FULL, Volumes } from './volumes';

class MemoryStorage implements KeptStorage {
  readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
}

describe('volumes', () => {
  it('are full until they are set, and remembered by account', () => {
    const storage = new MemoryStorage();
    const volumes = new Volumes(storage);
    expect(volumes.of('7')).toEqual(FULL);
    volumes.set('7', { level: 0.4 });
    volumes.set('8', { muted: true });
    const later = new Volumes(storage);
    expect(later.of('7')).toEqual({ level: 0.4, muted: false });
    expect(later.of('8')).toEqual({ level: 1, muted: true });
  });

  it('keep the level while someone is muted', () => {
    const volumes = new Volumes(undefined);
    volumes.set('7', { level: 0.4 });
    volumes.set('7', { muted: true });
    volumes.set('7', { muted: false });
    expect(volumes.of('7')).toEqual({ level: 0.4, muted: false });
  });

  it('forget who is at full volume, and the oldest beyond a bound', () => {
    const volumes = new Volumes(undefined);
    volumes.set('0', { level: 0.5 });
    volumes.set('0', { level: 1 });
    expect(volumes.state.get().size).toBe(0);
    for (let account = 0; account < 300; account += 1) volumes.set(`${account}`, { level: 0.5 });
    expect(volumes.state.get().size).toBe(200);
    expect(volumes.of('99')).toEqual(FULL);
    expect(volumes.of('299')).toEqual({ level: 0.5, muted: false });
  });

  it.each(['{', '7', '[1,["a"],["b","loud",false],["c",7,false],["d",0.5,1]]'])('survive a storage that holds %s', (stored) => {
    const storage = new MemoryStorage();
    storage.setItem('rotunda.volumes', stored);
    const volumes = new Volumes(storage);
    for (const account of ['a', 'b', 'c']) expect(volumes.of(account)).toEqual(FULL);
  });

  it('hold without a storage, and with a full one', () => {
    const full: KeptStorage = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('', 'QuotaExceededError');
      },
    };
    for (const storage of [undefined, full]) {
      const volumes = new Volumes(storage);
      volumes.set('7', { level: 0.1 });
      expect(volumes.of('7').level).toBe(0.1);
    }
  });
});
