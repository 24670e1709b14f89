// Numbers, lists and dates as the language writes them; `locale` is i18next's `language`, such as `en-GB`.
import type { FormatterModule } from 'i18next';
import { directionOf, matchLanguage } from './languages';

/** One `Intl` object a locale and style: they are costly to make. */
function remembered<Options extends object, Format>(make: (locale: string, options: Options) => Format): (locale: string, options: Options) => Format {
  const known = new Map<string, Format>();
  return (locale, options) => {
    const key = `${locale} ${JSON.stringify(options)}`;
    const format = known.get(key) ?? make(locale, options);
    known.set(key, format);
    return format;
  };
}

const numberFormat = remembered((locale: string, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options));
const dateFormat = remembered((locale: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options));
const listFormat = remembered((locale: string, options: Intl.ListFormatOptions) => new Intl.ListFormat(locale, options));
const relativeFormat = remembered((locale: string, options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(locale, options));

export function numberIn(locale: string, value: number, options: Intl.NumberFormatOptions = {}): string {
  return numberFormat(locale, options).format(value);
}

/** A moment in the zone of this browser. */
export function dateIn(locale: string, at: Date | number, options: Intl.DateTimeFormatOptions): string {
  return dateFormat(locale, options).format(at);
}

/** "yesterday", "5 minutes ago"; `value` is below zero for what has been. */
export function relativeIn(locale: string, value: number, unit: Intl.RelativeTimeFormatUnit): string {
  return relativeFormat(locale, { numeric: 'auto' }).format(value, unit);
}

/** "a, b and c". */
export function listIn(locale: string, items: readonly string[]): string {
  return listFormat(locale, { type: 'conjunction' }).format(items);
}

/** "a, b, c": what just stands beside each other. */
export function seriesIn(locale: string, items: readonly string[]): string {
  return listFormat(locale, { type: 'unit', style: 'short' }).format(items);
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Text that may run against the direction of the sentence is set apart (U+2068 to U+2069), so that it rearranges nothing around it. */
function isolated(text: string, locale: string): string {
  const directed = directionOf(matchLanguage([locale])) === 'rtl' || RIGHT_TO_LEFT.test(text);
  return directed && text !== '' ? `\u2068${text}\u2069` : text;
}

/** How i18next writes what is put into sentences: numbers as the language does, with `formatParams` as options; names and the like as they are. */
export const formatter: FormatterModule = {
  type: 'formatter',
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format: (value: unknown, _format, locale = 'en', options) => {
    if (typeof value !== 'number') return isolated(String(value), locale);
    const { formatParams, interpolationkey } = options as { formatParams?: Record<string, Intl.NumberFormatOptions>; interpolationkey?: string };
    return numberIn(locale, value, formatParams?.[interpolationkey ?? '']);
  },
};
