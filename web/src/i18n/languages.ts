// The languages that the app speaks, and which of them a browser's wishes lead to.

export type Direction = 'ltr' | 'rtl';

export interface Language {
  /** ISO 639-1. */
  code: string;
  /** As those who speak it call it. */
  name: string;
  direction: Direction;
}

/** In the order in which they are offered. `public/early.js` has the codes too. */
export const LANGUAGES = [
  { code: 'en', name: 'English', direction: 'ltr' },
  { code: 'de', name: 'Deutsch', direction: 'ltr' },
  { code: 'es', name: 'Español', direction: 'ltr' },
  { code: 'fr', name: 'Français', direction: 'ltr' },
  { code: 'pt', name: 'Português', direction: 'ltr' },
  { code: 'ar', name: 'العربية', direction: 'rtl' },
  { code: 'ne', name: 'नेपाली', direction: 'ltr' },
  { code: 'hi', name: 'हिन्दी', direction: 'ltr' },
  { code: 'zh', name: '简体中文', direction: 'ltr' },
  { code: 'ja', name: '日本語', direction: 'ltr' },
] as const satisfies readonly Language[];

export type LanguageCode = (typeof LANGUAGES)[number]['code'];

export const DEFAULT_LANGUAGE: LanguageCode = 'en';

const baseOf = (tag: string) => tag.toLowerCase().split('-')[0];

export function isLanguage(code: unknown): code is LanguageCode {
  return LANGUAGES.some((language) => language.code === code);
}

export function directionOf(code: LanguageCode): Direction {
  return LANGUAGES.find((language) => language.code === code)?.direction ?? 'ltr';
}

/** The first of the wished-for languages (BCP 47 tags, most wished first) that the app speaks. */
export function matchLanguage(wishes: readonly string[]): LanguageCode {
  return wishes.map(baseOf).find(isLanguage) ?? DEFAULT_LANGUAGE;
}

/** The language as one writes numbers and dates in it where one lives: the browser's own variety of it, such as `en-GB`, where it has one. */
export function localeOf(code: LanguageCode, wishes: readonly string[]): string {
  return wishes.find((tag) => baseOf(tag) === code) ?? code;
}
