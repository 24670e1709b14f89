// Says what happens in chat and call to screen readers, once and without haste.
import Box from '@mui/material/Box';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { HIDDEN } from '../ui/hidden';
import { useStore } from '../ui/store';
import type { Announcement, Announcer } from './announcer';

/** What is longer is read in the panel. */
const LONGEST_READ = 160;

export function Announcements({ announcer }: { announcer: Announcer }) {
  const { t } = useTranslation();
  const { turn, items } = useStore(announcer.state);
  return (
    <Box role="status" sx={HIDDEN} data-testid="announcements">
      {/* With a key of its own, the same words are new words. */}
      <span key={turn}>{wordsOf(items, t)}</span>
    </Box>
  );
}

function wordsOf(items: readonly Announcement[], t: TFunction): string {
  const [only] = items;
  if (only === undefined) return '';
  if (items.length > 1) return t('talk.chat.announceMany', { count: items.length });
  const name = only.name === '' ? t('call.anonymous') : only.name;
  const text = only.text.length > LONGEST_READ ? `${only.text.slice(0, LONGEST_READ)}…` : only.text;
  return t(only.privately ? 'talk.chat.announcePrivate' : 'talk.chat.announce', { name, text });
}
