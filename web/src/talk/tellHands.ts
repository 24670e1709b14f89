// Tells in a toast, which screen readers hear too, who raised a hand.
import { i18next } from '../i18n';
import { toasts } from '../ui/toasts';

/** The most names that are told one by one; beyond, a number. */
const NAMES_TOLD = 3;

export function tellHands(names: readonly string[]): void {
  if (names.length > NAMES_TOLD) {
    toasts.show('success', i18next.t('talk.hand.someRaised', { count: names.length }));
    return;
  }
  for (const name of names) toasts.show('success', i18next.t('talk.hand.raisedBy', { name: name === '' ? i18next.t('call.anonymous') : name }));
}

export function tellHandFailed(): void {
  toasts.show('error', i18next.t('talk.hand.failed'));
}

export function tellHandLowered(): void {
  toasts.show('info', i18next.t('talk.hand.loweredByHost'));
}
