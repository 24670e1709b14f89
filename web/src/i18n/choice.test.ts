import { describe, expect, it } from 'vitest';
import { LanguageChoice } from './choice';
import type { LanguageCode } from './languages';

function setUp(wishes: readonly string[], before: Record<string, string> = {}) {
  const kept = new Map(Object.entries(before));
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      kept.set(key, value);
    },
    removeItem: (key: string) => {
      kept.delete(key);
    },
  };
  const spoken: string[] = [];
  const loads = new Map<LanguageCode, Promise<void>>();
  const choice = new LanguageChoice({
    storage,
    wishes: () => wishes,
    load: (code) => loads.get(code) ?? Promise.resolve(),
    speak: (code, locale) => {
      spoken.push(`${code} ${locale}`);
    },
  });
  return { choice, spoken, loads, kept: () => Object.fromEntries(kept) };
}

describe('the language', () => {
  it('follows the browser until a person chooses, and remembers the choice', async () => {
    const { choice, spoken, kept } = setUp(['de-CH', 'en']);
    await choice.start();
    expect(choice.spoken.get()).toEqual({ code: 'de', chosen: false });
    await choice.choose('ja');
    expect(choice.spoken.get()).toEqual({ code: 'ja', chosen: true });
    expect(kept()).toEqual({ 'rotunda.language': 'ja' });
    await choice.choose(undefined);
    expect(choice.spoken.get()).toEqual({ code: 'de', chosen: false });
    expect(kept()).toEqual({});
    expect(spoken).toEqual(['de de-CH', 'ja ja', 'de de-CH']);
  });

  it('begins with what was chosen on an earlier visit', async () => {
    const { choice } = setUp(['de'], { 'rotunda.language': 'ar' });
    await choice.start();
    expect(choice.spoken.get()).toEqual({ code: 'ar', chosen: true });
  });

  it('begins in English, and stays as it was later, when the words do not arrive', async () => {
    const { choice, loads, kept, spoken } = setUp(['de']);
    loads.set('de', Promise.reject(new Error('offline')));
    await choice.start();
    expect(choice.spoken.get().code).toBe('en');
    loads.set('fr', Promise.reject(new Error('offline')));
    await expect(choice.choose('fr')).rejects.toThrow('offline');
    expect(choice.spoken.get().code).toBe('en');
    expect(kept()).toEqual({});
    expect(spoken).toEqual(['en en']);
  });

  it('gives the later of two choices, whichever arrives first', async () => {
    const { choice, loads, kept, spoken } = setUp(['en']);
    let arrive: () => void = () => undefined;
    loads.set('de', new Promise((resolve) => (arrive = resolve)));
    const first = choice.choose('de');
    await choice.choose('fr');
    arrive();
    await first;
    expect(choice.spoken.get()).toEqual({ code: 'fr', chosen: true });
    expect(kept()).toEqual({ 'rotunda.language': 'fr' });
    expect(spoken).toEqual(['fr fr']);
  });
});
