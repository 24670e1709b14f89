import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import MuiLink from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { loginPath } from '../account/next';
import { ButtonLink } from '../ui/ButtonLink';
import { AlertIcon, ClockIcon, LeaveIcon, LockIcon, PeopleIcon, SearchIcon, UserIcon } from '../ui/icons';
import { StatusPage } from '../ui/StatusPage';
import { asksForLogin, comesBack, mayComeBack, type EndReason } from './end';

const LOOKS: Record<EndReason, { icon: React.ReactNode; tone: 'calm' | 'error' }> = {
  left: { icon: <LeaveIcon />, tone: 'calm' },
  notFound: { icon: <SearchIcon />, tone: 'calm' },
  forbidden: { icon: <LockIcon />, tone: 'error' },
  locked: { icon: <LockIcon />, tone: 'calm' },
  uninvited: { icon: <LockIcon />, tone: 'calm' },
  refused: { icon: <ClockIcon />, tone: 'calm' },
  noGuests: { icon: <UserIcon />, tone: 'calm' },
  signedOut: { icon: <UserIcon />, tone: 'calm' },
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

interface Props {
  reason: EndReason;
  /** How long it is of no use to come again. */
  pauseSeconds: number;
  /** Whether this is somebody without an account. */
  asGuest: boolean;
  /** The address of the room, with the invitation. */
  here: string;
  onAgain: () => void;
}

/** After the call, or instead of it: why, and the way on. */
export function EndPage({ reason, pauseSeconds, asGuest, here, onAgain }: Props) {
  const { t } = useTranslation();
  const left = useCountdown(pauseSeconds);
  // Nobody learns without an account whether there is a room that does not take guests.
  const login = asksForLogin(reason) || (asGuest && reason === 'notFound');
  const again = mayComeBack(reason) || (asGuest && reason === 'signedOut');
  const words = asGuest && reason === 'notFound' ? 'hidden' : reason;
  const lobby = !asGuest || !(again || login);
  return (
    <StatusPage testId={`end-${reason}`} {...LOOKS[reason]} title={t(`end.${words}.title`)} body={t(`end.${words}.body`)}>
      {comesBack(reason) && (
        <Box role="status" sx={{ width: '100%', display: 'flex', alignItems: 'center', justifyContent: 'center', gap: 1.25, color: 'text.secondary' }}>
          <CircularProgress size={16} thickness={6} aria-hidden />
          {t('end.waiting')}
        </Box>
      )}
      {again && (
        <Button variant="contained" onClick={onAgain} disabled={left > 0} data-testid="join-again">
          {left > 0 ? t('end.askAgainIn', { count: left }) : t(againLabel(reason))}
        </Button>
      )}
      {login && (
        <>
          <ButtonLink variant={again ? 'outlined' : 'contained'} to={loginPath(here)} data-testid="door-login">
            {t('nav.login')}
          </ButtonLink>
          <ButtonLink variant="outlined" to={loginPath(here).replace('/login', '/register')} data-testid="door-register">
            {t('nav.register')}
          </ButtonLink>
        </>
      )}
      {lobby && (
        <ButtonLink variant={again || login ? 'outlined' : 'contained'} to="/" data-testid="to-lobby">
          {t('action.toLobby')}
        </ButtonLink>
      )}
      {asGuest && (reason === 'left' || reason === 'ended') && (
        <Typography sx={{ width: '100%', mt: 2, color: 'text.secondary', fontSize: '0.92rem' }}>
          {t('end.account')}{' '}
          <MuiLink component={Link} to="/register" data-testid="create-account" sx={{ display: 'inline-block', py: 1.25, fontWeight: 600 }}>
            {t('end.createAccount')}
          </MuiLink>
        </Typography>
      )}
    </StatusPage>
  );
}

function againLabel(reason: EndReason) {
  switch (reason) {
    case 'left':
      return 'end.rejoinLeft';
    case 'replaced':
      return 'end.useHere';
    case 'locked':
    case 'full':
      return 'action.retry';
    case 'refused':
      return 'end.askAgain';
    default:
      return 'end.rejoin';
  }
}

/** Seconds down to 0. */
function useCountdown(seconds: number): number {
  const [until] = useState(() => performance.now() + seconds * 1_000);
  const [left, setLeft] = useState(Math.ceil(seconds));
  useEffect(() => {
    const tick = setInterval(() => {
      const now = Math.max(0, Math.ceil((until - performance.now()) / 1_000));
      setLeft(now);
      if (now === 0) clearInterval(tick);
    }, 500);
    return () => clearInterval(tick);
  }, [until]);
  return left;
}
