// The languages as they are offered: each under its own name, after "like the browser".
import { useTranslation } from 'react-i18next';
import { language } from '../i18n';
import { LANGUAGES, type LanguageCode } from '../i18n/languages';
import { useStore } from './store';
import { toasts } from './toasts';

/** `browser` stands for whatever the browser asks for. */
export type LanguageOption = LanguageCode | 'browser';

export interface OfferedLanguage {
  option: LanguageOption;
  label: string;
  /** What the label is written in. */
  lang: LanguageCode | undefined;
}

export function useLanguages(): { offered: readonly OfferedLanguage[]; chosen: LanguageOption; choose: (option: LanguageOption) => void } {
  const { t } = useTranslation();
  const { code, chosen } = useStore(language.spoken);
  const wished = language.wished();
  const name = LANGUAGES.find((one) => one.code === wished)?.name ?? '';
  return {
    offered: [
      { option: 'browser', label: t('nav.language.browser', { name }), lang: undefined },
      ...LANGUAGES.map((one) => ({ option: one.code, label: one.name, lang: one.code })),
    ],
    chosen: chosen ? code : 'browser',
    choose: (option) => {
      language.choose(option === 'browser' ? undefined : option).catch(() => toasts.show('error', t('nav.language.failed')));
    },
  };
}
