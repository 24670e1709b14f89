import { describe, expect, it } from 'vitest';
import { DEFAULTS, LayoutPreferences } from './preferences';

function storage(initial?: string) {
  let text = initial ?? null;
  return { getItem: () => text, setItem: (_: string, value: string) => void (text = value) };
}

describe('how the call should look', () => {
  it('is remembered', () => {
    const kept = storage();
    new LayoutPreferences(kept).set({ view: 'speaker', mirrored: false, corner: 'topLeft' });
    expect(new LayoutPreferences(kept).state.get()).toEqual({ ...DEFAULTS, view: 'speaker', mirrored: false, corner: 'topLeft' });
  });

  it.each(['no JSON', 'null', '7', '[]', '{"view":"cinema","mirrored":"no","corner":5,"selfHidden":null}'])('is the default after %s', (text) => {
    expect(new LayoutPreferences(storage(text)).state.get()).toEqual(DEFAULTS);
  });

  it('holds without a storage, and with a full one', () => {
    const full = { getItem: () => null, setItem: () => { throw new DOMException('', 'QuotaExceededError'); } };
    for (const preferences of [new LayoutPreferences(undefined), new LayoutPreferences(full)]) {
      preferences.set({ selfHidden: true });
      expect(preferences.state.get().selfHidden).toBe(true);
    }
  });
});
