import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { GuestBadge } from '../guest/GuestBadge';
import { HIDDEN } from '../ui/hidden';
import { CloseIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { useDoor } from './DoorContext';

interface Props {
  /** Whether the list of who waits is open. */
  viewed: boolean;
  onView: () => void;
}

/** Over the call, for its hosts: somebody knocks. Stays until this host has looked. */
export function KnockBanner({ viewed, onView }: Props) {
  const { t } = useTranslation();
  const door = useDoor();
  const { people, unseen, deciding } = useStore(door.state);
  const first = unseen[0];
  useEffect(() => {
    if (viewed) door.seen();
  }, [door, viewed, people]);
  const nameOf = (name: string) => (name === '' ? t('waiting.someone') : name);
  const alone = people.length === 1 && first !== undefined;
  const words = first === undefined ? '' : alone ? t('waiting.wants', { name: nameOf(first.name) }) : t('waiting.someWant', { count: people.length });
  return (
    // Under where toasts come, so that they do not hide each other.
    <Box
      sx={{ position: 'absolute', top: 'calc(64px + env(safe-area-inset-top))', insetInline: 0, display: 'grid', placeItems: 'center', px: 1.5, pointerEvents: 'none', zIndex: 4 }}
    >
      <Box role="status" sx={HIDDEN}>
        {words}
      </Box>
      {first !== undefined && !viewed && (
        <Paper
          data-testid="knock-banner"
          sx={{ pointerEvents: 'auto', maxWidth: 560, display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'flex-end', columnGap: 1, pl: 2, pr: 0.5, py: 0.5, borderRadius: 4, boxShadow: '0 10px 34px rgb(0 0 0 / 0.25)' }}
        >
          <Box sx={{ flex: '1 1 180px', minWidth: 0, display: 'flex', alignItems: 'center', gap: 1, py: 0.75 }}>
            <Typography sx={{ fontWeight: 560, overflow: 'hidden', display: '-webkit-box', WebkitLineClamp: 2, WebkitBoxOrient: 'vertical', overflowWrap: 'anywhere' }}>{words}</Typography>
            {alone && first.guest && <GuestBadge />}
          </Box>
          <Box sx={{ flex: 'none', display: 'flex', alignItems: 'center' }}>
            <Button
              onClick={onView}
              data-testid="knock-view"
              sx={{ minWidth: 0 }}
            >
              {t('waiting.view')}
            </Button>
            {alone && (
              <Button variant="contained" disabled={deciding.has(first.id)} onClick={() => void door.decide(first.id, 'admit')} data-testid="knock-admit" sx={{ minWidth: 0 }}>
                {t('waiting.admit')}
              </Button>
            )}
            <IconButton aria-label={t('waiting.dismiss')} onClick={() => door.seen()} data-testid="knock-dismiss">
              <CloseIcon fontSize="small" />
            </IconButton>
          </Box>
        </Paper>
      )}
    </Box>
  );
}
