// Tells in a toast, which screen readers hear too, what a host has decided.
import { i18next } from '../i18n';
import { toasts } from '../ui/toasts';
import type { RuleNews } from './ruleNews';

/** Whether one may be heard; whoever is muted with everyone is not told of both. */
export const MUTED = 'muted';

export function tellRule(news: RuleNews): void {
  toasts.show('info', i18next.t(`host.news.${news}`), undefined, news === 'unmuteOff' || news === 'unmuteOn' ? MUTED : undefined);
}
