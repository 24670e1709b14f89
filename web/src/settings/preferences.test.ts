import { describe, expect, it } from 'vitest';
import type { KeptStorage } from '../ui/storage';
import { DEFAULTS, PreferenceStore } from './preferences';

function memory(content?: string): KeptStorage {
  let kept = content ?? null;
  return { getItem: () => kept, setItem: (_, value) => (kept = value) };
}

describe('preferences', () => {
  it('are there at the next visit', () => {
    const storage = memory();
    new PreferenceStore(storage).set('singleKeys', false);
    expect(new PreferenceStore(storage).state.get()).toEqual({ ...DEFAULTS, singleKeys: false });
  });

  it.each(['{', 'null', '7', '{"singleKeys":"no"}', '{"unknown":true}'])('are the defaults where the storage holds %s', (content) => {
    expect(new PreferenceStore(memory(content)).state.get()).toEqual(DEFAULTS);
  });

  it('hold until the page is left where nothing can be kept', () => {
    const store = new PreferenceStore(undefined);
    store.set('singleKeys', false);
    expect(store.state.get().singleKeys).toBe(false);
  });
});
