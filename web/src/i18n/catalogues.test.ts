// Every language says all that English says, with its own plural forms, and nothing is left in English by mistake.
import { describe, expect, it } from 'vitest';
import { catalogue as en } from './en';
import { LANGUAGES, type LanguageCode } from './languages';
import { SAME_AS_ENGLISH } from './sameAsEnglish';

type Other = Exclude<LanguageCode, 'en'>;
const OTHERS = LANGUAGES.map(({ code }) => code).filter((code) => code !== 'en');

const PLURAL = /_(zero|one|two|few|many|other)$/;
const PLACEHOLDERS = /\{\{[^}]*\}\}|<\/?\w+>/g;
/** Characters that turn the direction of writing belong into no catalogue: whoever reads it cannot see them. */
const BIDI_CONTROLS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

function flat(tree: object, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string' ? [[`${prefix}${key}`, value] as [string, string]] : flat(value as object, `${prefix}${key}.`),
  );
}

/** The English text of each key that a language must have. */
function wanted(language: Other): Map<string, string> {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const english = new Map(flat(en));
  const all = new Map<string, string>();
  for (const [key, text] of english) {
    const counted = key.replace(PLURAL, '');
    if (counted === key) all.set(key, text);
    // English has a form for none only where it says something else of it, and so do all others.
    else if (key.endsWith('_zero')) all.set(key, text);
    else for (const form of forms) all.set(`${counted}_${form}`, english.get(`${counted}_other`) ?? text);
  }
  return all;
}

const placeholders = (text: string) => [...text.matchAll(PLACEHOLDERS)].map(([found]) => found).sort();
const letters = (text: string) => text.replace(PLACEHOLDERS, '').replace(/[^\p{L}]/gu, '');

describe.each(OTHERS)('%s', async (language) => {
  const { catalogue } = (await import(`./${language}/index.ts`)) as { catalogue: object };
  const said = new Map(flat(catalogue));
  const all = wanted(language);

  it('has every key, in every plural form of the language, and no other', () => {
    expect([...said.keys()].sort()).toEqual([...all.keys()].sort());
  });

  it('puts in what English puts in', () => {
    for (const [key, text] of said) {
      const english = placeholders(all.get(key) ?? '');
      // A form for one certain number may be a word: "one person".
      const certain = PLURAL.test(key) && !key.endsWith('_other');
      const without = (list: string[]) => (certain ? list.filter((found) => found !== '{{count}}') : list);
      expect(without(placeholders(text)), key).toEqual(without(english));
    }
  });

  it('has text for every key, with nothing that cannot be seen', () => {
    for (const [key, text] of said) {
      expect(text.trim(), key).toBe(text);
      expect(text, key).not.toBe('');
      expect(text, key).not.toMatch(BIDI_CONTROLS);
    }
  });

  it('is English only where that is meant', () => {
    const same = [...said].filter(([key, text]) => text === all.get(key) && letters(text) !== '').map(([key]) => key);
    expect(same.sort()).toEqual([...(SAME_AS_ENGLISH[language])].sort());
  });
});
