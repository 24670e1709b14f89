import type { TFunction } from 'i18next';
import { invitations } from '../api';
import { copyText } from '../ui/clipboard';
import { toasts } from '../ui/toasts';

/** Puts a link to the room that one is in into the clipboard, and says whether that worked. */
export async function copyRoomLink(t: TFunction): Promise<void> {
  if (await copyText(await linkTo(location))) toasts.show('success', t('toast.linkCopied'));
  else toasts.show('error', t('toast.linkNotCopied'));
}

/** The bare address of an invite-only room lets nobody in: its hosts make an invitation, others pass on the one that they came by. */
async function linkTo(page: Pick<Location, 'href' | 'pathname' | 'search'>): Promise<string> {
  const secret = /^\/r\/(room[0-9a-f]{32})$/.exec(page.pathname)?.[1];
  if (secret === undefined || page.search !== '') return page.href;
  return invitations.createLink(secret).catch(() => page.href);
}
