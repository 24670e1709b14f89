// The reactions of people whose tile is on another page or put away: with their name, at the edge of the stage.
import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { CallState } from '../call/model';
import { useStore } from '../ui/store';
import { ReactionSign } from './ReactionSign';
import { useTalk } from './TalkContext';

const MOST_SHOWN = 5;

export function StrayReactions({ state }: { state: CallState }) {
  const { t } = useTranslation();
  const { reactions } = useTalk();
  const covered = useStore(reactions.covered);
  const stray = useStore(reactions.shown)
    .filter(({ identity }) => !covered.has(identity))
    .slice(-MOST_SHOWN);
  const nameOf = (identity: string) => {
    const name = [state.local, ...state.remotes].find((view) => view.identity === identity)?.name ?? '';
    return name === '' ? t('call.anonymous') : name;
  };
  return (
    <Box aria-hidden sx={{ position: 'absolute', left: 12, bottom: 12, zIndex: 2, display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: 0.75, maxWidth: 'calc(100% - 24px)', pointerEvents: 'none' }}>
      {stray.map(({ id, identity, reaction }) => (
        <Box key={id} data-testid="stray-reaction" sx={{ display: 'flex', alignItems: 'center', gap: 1, maxWidth: '100%', px: 1.5, py: 0.5, borderRadius: '20px', bgcolor: 'background.paper', boxShadow: 3 }}>
          <Box component="span" sx={{ fontSize: '1.5rem' }}>
            <ReactionSign reaction={reaction} />
          </Box>
          <Box component="span" sx={{ fontSize: '0.88rem', fontWeight: 560, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{nameOf(identity)}</Box>
        </Box>
      ))}
    </Box>
  );
}
