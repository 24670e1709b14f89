import type { TFunction } from 'i18next';
import { copyText } from '../ui/clipboard';
import { toasts } from '../ui/toasts';

/** Puts the address of the room that one is in into the clipboard, and says whether that worked. */
export async function copyRoomLink(t: TFunction): Promise<void> {
  if (await copyText(location.href)) toasts.show('success', t('toast.linkCopied'));
  else toasts.show('error', t('toast.linkNotCopied'));
}
