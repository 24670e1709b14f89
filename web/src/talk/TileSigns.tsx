// What stands on a person's tile: the raised hand with its place in the order, and reactions that float up and away.
import Box from '@mui/material/Box';
import { keyframes } from '@mui/material/styles';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { accountOf } from '../call/avatar';
import type { ParticipantView } from '../call/model';
import { HandIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { SHOWN_MS } from './reactions';
import { ReactionSign } from './ReactionSign';
import { useTalk } from './TalkContext';
import { numberIn } from '../i18n/format';

const FLOAT = keyframes({
  '0%': { transform: 'translateY(20%) scale(0.4)', opacity: 0 },
  '12%': { transform: 'translateY(0) scale(1.1)', opacity: 1 },
  '18%': { transform: 'translateY(0) scale(1)' },
  '75%': { opacity: 1 },
  '100%': { transform: 'translateY(calc(-1 * min(46cqh, 170px)))', opacity: 0 },
});

export function TileSigns({ participant: { identity, hand } }: { participant: ParticipantView }) {
  return (
    <>
      {hand > 0 && <HandSign identity={identity} />}
      <TileReactions identity={identity} />
    </>
  );
}

function HandSign({ identity }: { identity: string }) {
  const { t, i18n } = useTranslation();
  const { order } = useStore(useTalk().hands.state);
  const place = order.findIndex(({ account }) => account === accountOf(identity)) + 1;
  if (place === 0) return null;
  return (
    <Box
      role="img"
      aria-label={t('talk.hand.place', { place })}
      data-testid="tile-hand"
      data-place={place}
      sx={{
        position: 'absolute',
        top: 'clamp(4px, 2cqw, 10px)',
        left: 'clamp(4px, 2cqw, 10px)',
        display: 'flex',
        alignItems: 'center',
        gap: 0.25,
        minHeight: 28,
        pl: 0.5,
        pr: 1,
        borderRadius: '14px',
        color: '#221503',
        bgcolor: '#fbbf24',
        fontWeight: 680,
        fontSize: '0.88rem',
        boxShadow: '0 2px 8px rgb(0 0 0 / 0.3)',
      }}
    >
      <HandIcon sx={{ fontSize: 20 }} />
      {numberIn(i18n.language, place)}
    </Box>
  );
}

function TileReactions({ identity }: { identity: string }) {
  const { reactions } = useTalk();
  const shown = useStore(reactions.shown).filter((reaction) => reaction.identity === identity);
  useEffect(() => reactions.cover(identity), [reactions, identity]);
  return (
    <Box aria-hidden sx={{ position: 'absolute', inset: 0, pointerEvents: 'none', overflow: 'hidden' }}>
      {shown.map(({ id, reaction }) => (
        <Box
          key={id}
          data-testid="tile-reaction"
          data-reaction={reaction}
          sx={{
            position: 'absolute',
            bottom: 'clamp(30px, 16cqh, 60px)',
            fontSize: 'clamp(26px, 15cqmin, 56px)',
            lineHeight: 1.2,
            filter: 'drop-shadow(0 2px 5px rgb(0 0 0 / 0.35))',
            animation: `${FLOAT} ${SHOWN_MS}ms ease-out forwards`,
            // Without movement it is a badge that comes and goes.
            '@media (prefers-reduced-motion: reduce)': { animation: 'none' },
          }}
          // Several at once stand beside each other.
          style={{ left: `${12 + ((id * 37) % 64)}%` }}
        >
          <ReactionSign reaction={reaction} />
        </Box>
      ))}
    </Box>
  );
}
