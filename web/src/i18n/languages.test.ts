import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { directionOf, LANGUAGES, localeOf, matchLanguage } from './languages';

describe('which language', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['nl', 'fr-CA', 'en'], 'fr'],
    [['zh-Hant-TW'], 'zh'],
    [['PT-br'], 'pt'],
    [['xx', ''], 'en'],
    [[], 'en'],
  ])('a browser that asks for %j gets %s', (wishes, code) => {
    expect(matchLanguage(wishes)).toBe(code);
  });

  it('writes numbers and dates as in the place that the browser names', () => {
    expect(localeOf('en', ['de-CH', 'en-GB', 'en-US'])).toBe('en-GB');
    expect(localeOf('fr', ['de-CH'])).toBe('fr');
  });

  it('reads Arabic from right to left, and nothing else', () => {
    expect(LANGUAGES.map(({ code }) => code).filter((code) => directionOf(code) === 'rtl')).toEqual(['ar']);
  });
});

describe('the script before the first paint', () => {
  const script = readFileSync(new URL('../../public/early.js', import.meta.url), 'utf8');

  function run(languages: readonly string[], kept: Partial<Record<string, string>> | 'forbidden' = {}) {
    const page = { lang: 'en', dir: '', dataset: {} as Record<string, string> };
    const localStorage = {
      getItem: (key: string) => {
        if (kept === 'forbidden') throw new Error(kept);
        return kept[key] ?? null;
      },
    };
    runInNewContext(script, { document: { documentElement: page, querySelector: () => null }, navigator: { languages }, localStorage });
    return page;
  }

  it.each(LANGUAGES)('knows $code and its direction', ({ code, direction }) => {
    expect(run([`${code}-XX`, 'en'])).toMatchObject({ lang: code, dir: direction });
  });

  it('goes by the choice before the browser, and by neither where it must not look', () => {
    expect(run(['de'], { 'rotunda.language': 'ar' })).toMatchObject({ lang: 'ar', dir: 'rtl' });
    expect(run(['de'], { 'rotunda.language': 'tlh' })).toMatchObject({ lang: 'de' });
    expect(run(['fr'], 'forbidden')).toMatchObject({ lang: 'fr', dataset: {} });
    expect(run([], { 'rotunda.theme': 'dark' })).toMatchObject({ lang: 'en', dir: 'ltr', dataset: { colorScheme: 'dark' } });
  });
});
