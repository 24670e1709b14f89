// Says what happens in chat and call to screen readers, once and without haste.
import Box from '@mui/material/Box';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { HIDDEN } from '../ui/hidden';
import { useStore } from '../ui/store';
import type { Announcement, Announcer } from './announcer';

/** What is longer is read in the panel. */
const LONGEST_READ = 160;
const MOST_REACTIONS = 2;

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
  const messages = items.filter((item) => item.kind === 'message');
  const reactions = items.filter((item) => item.kind === 'reaction');
  return [
    messages.length > 1 ? t('talk.chat.announceMany', { count: messages.length }) : messages.map((message) => messageWords(message, t)).join(''),
    reactions.length > MOST_REACTIONS ? t('talk.reaction.announceMany', { count: reactions.length }) : reactions.map((reaction) => reactionWords(reaction, t)).join(' '),
  ].join(' ').trim();
}

type Of<Kind extends Announcement['kind']> = Extract<Announcement, { kind: Kind }>;

function messageWords({ name, text, privately }: Of<'message'>, t: TFunction): string {
  const short = text.length > LONGEST_READ ? `${text.slice(0, LONGEST_READ)}…` : text;
  return t(privately ? 'talk.chat.announcePrivate' : 'talk.chat.announce', { name: nameOf(name, t), text: short });
}

function reactionWords({ name, reaction }: Of<'reaction'>, t: TFunction): string {
  return t('talk.reaction.announce', { name: nameOf(name, t), reaction: t(`talk.reaction.name.${reaction}`) });
}

function nameOf(name: string, t: TFunction): string {
  return name === '' ? t('call.anonymous') : name;
}
