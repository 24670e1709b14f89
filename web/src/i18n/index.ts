// Translations: a language's words are loaded when it is spoken; the keys are checked by the compiler.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { browserStorage } from '../ui/storage';
import type { English } from './en';
import { LanguageChoice } from './choice';
import { directionOf, type LanguageCode } from './languages';
import { formatter } from './format';
import type { Translated } from './translated';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: English };
  }
}

type Catalogue = Translated<English>;

const LOADERS: Record<LanguageCode, () => Promise<{ catalogue: Catalogue }>> = {
  ar: () => import('./ar'),
  de: () => import('./de'),
  en: () => import('./en'),
  es: () => import('./es'),
  fr: () => import('./fr'),
  hi: () => import('./hi'),
  ja: () => import('./ja'),
  ne: () => import('./ne'),
  pt: () => import('./pt'),
  zh: () => import('./zh'),
};

void i18next
  .use(initReactI18next)
  .use(formatter)
  .init({
    lng: 'en',
    fallbackLng: false,
    // `en-GB` is the language of numbers and dates; its words are those of `en`.
    load: 'languageOnly',
    resources: {},
    // React escapes what it renders.
    interpolation: { escapeValue: false, alwaysFormat: true },
    initAsync: false,
  });

/** Which language is spoken, as a person chose or the browser wishes. */
export const language = new LanguageChoice({
  storage: browserStorage(),
  wishes: () => (typeof navigator === 'undefined' ? [] : navigator.languages),
  load: async (code) => {
    if (i18next.hasResourceBundle(code, 'translation')) return;
    i18next.addResourceBundle(code, 'translation', (await LOADERS[code]()).catalogue);
  },
  speak: (code, locale) => {
    void i18next.changeLanguage(locale);
    if (typeof document === 'undefined') return;
    document.documentElement.lang = code;
    document.documentElement.dir = directionOf(code);
  },
});

export { i18next };
