import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import { useTranslation } from 'react-i18next';
import { ButtonLink } from '../ui/ButtonLink';
import { AlertIcon, LeaveIcon, LockIcon, PeopleIcon, SearchIcon } from '../ui/icons';
import { StatusPage } from '../ui/StatusPage';
import { comesBack, mayComeBack, type EndReason } from './end';

type Told = Exclude<EndReason, 'left'>;

const LOOKS: Record<Told, { icon: React.ReactNode; tone: 'calm' | 'error' }> = {
  notFound: { icon: <SearchIcon />, tone: 'calm' },
  forbidden: { icon: <LockIcon />, tone: 'error' },
  locked: { icon: <LockIcon />, tone: 'calm' },
  uninvited: { icon: <LockIcon />, tone: 'calm' },
  banned: { icon: <LockIcon />, tone: 'error' },
  full: { icon: <PeopleIcon />, tone: 'calm' },
  ended: { icon: <LeaveIcon />, tone: 'calm' },
  deleted: { icon: <LeaveIcon />, tone: 'calm' },
  removed: { icon: <LeaveIcon />, tone: 'error' },
  replaced: { icon: <PeopleIcon />, tone: 'calm' },
  shutdown: { icon: <AlertIcon />, tone: 'calm' },
  failed: { icon: <AlertIcon />, tone: 'error' },
  lost: { icon: <AlertIcon />, tone: 'error' },
};

/** After the call, or instead of it: why, and the way on. */
export function EndPage({ reason, onAgain }: { reason: Told; onAgain: () => void }) {
  const { t } = useTranslation();
  const waits = comesBack(reason);
  const again = mayComeBack(reason);
  const label = reason === 'replaced' ? 'end.useHere' : reason === 'locked' || reason === 'full' ? 'action.retry' : 'end.rejoin';
  return (
    <StatusPage testId={`end-${reason}`} {...LOOKS[reason]} title={t(`end.${reason}.title`)} body={t(`end.${reason}.body`)}>
      {waits && (
        <Box role="status" sx={{ width: '100%', display: 'flex', alignItems: 'center', justifyContent: 'center', gap: 1.25, color: 'text.secondary' }}>
          <CircularProgress size={16} thickness={6} aria-hidden />
          {t('end.waiting')}
        </Box>
      )}
      {again && (
        <Button variant="contained" onClick={onAgain} data-testid="join-again">
          {t(label)}
        </Button>
      )}
      <ButtonLink variant={again ? 'outlined' : 'contained'} to="/" data-testid="to-lobby">
        {t('action.toLobby')}
      </ButtonLink>
    </StatusPage>
  );
}
