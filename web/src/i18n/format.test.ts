import { createInstance } from 'i18next';
import { describe, expect, it } from 'vitest';
import { formatter, listIn, seriesIn } from './format';

async function speaking(lng: string) {
  const i18n = createInstance();
  await i18n.use(formatter).init({
    lng,
    load: 'languageOnly',
    resources: { [lng.slice(0, 2)]: { translation: { size: '{{value}} MB', people_one: '{{count}} x', people_two: '{{count}} xx', people_other: '{{count}} xs', named: '{{name}}!' } } },
    interpolation: { escapeValue: false, alwaysFormat: true },
  });
  // Not the app's own catalogue, whose keys the compiler knows.
  return { t: i18n.t as unknown as (key: string, values: object) => string };
}

describe('what is put into sentences', () => {
  it.each([
    ['en-GB', '1,234.5 MB'],
    ['de', '1.234,5 MB'],
    ['ne', '१,२३४.५ MB'],
  ])('a number in %s', async (lng, said) => {
    expect((await speaking(lng)).t('size', { value: 1234.5 })).toBe(said);
  });

  it('has as many digits as wanted', async () => {
    const options = { formatParams: { value: { minimumFractionDigits: 1, maximumFractionDigits: 1 } } };
    expect((await speaking('de')).t('size', { value: 2, ...options })).toBe('2,0 MB');
  });

  it('counts by the rules of the language', async () => {
    const arabic = await speaking('ar-EG');
    expect(arabic.t('people', { count: 2 })).toBe('٢ xx');
    expect((await speaking('en')).t('people', { count: 1_000 })).toBe('1,000 xs');
  });

  it('leaves names as they are', async () => {
    expect((await speaking('de')).t('named', { name: '1234.5' })).toBe('1234.5!');
  });

  it('sets apart what is read in the other direction', async () => {
    expect((await speaking('en')).t('named', { name: 'سارة' })).toBe('\u2068سارة\u2069!');
    expect((await speaking('ar')).t('named', { name: 'Ada' })).toBe('\u2068Ada\u2069!');
  });
});

describe('lists', () => {
  it('are joined as the language does', () => {
    expect(listIn('en-GB', ['a', 'b', 'c'])).toBe('a, b and c');
    expect(listIn('de', ['a', 'b'])).toBe('a und b');
    expect(seriesIn('en', ['a', 'b'])).toBe('a, b');
    expect(seriesIn('ja', ['a'])).toBe('a');
  });
});
