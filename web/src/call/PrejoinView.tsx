import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AlertIcon, CameraIcon, CameraOffIcon, LockIcon } from '../ui/icons';
import { StatusPage } from '../ui/StatusPage';
import { toasts } from '../ui/toasts';
import type { DeviceProblem, LocalMedia, MediaState } from '../devices/devices';
import { BeforeCall } from './BeforeCall';

interface Props {
  title: string;
  name: string;
  /** Decides the colour behind the initials. */
  account: string;
  /** Under which name one joins, or the field for it. */
  introduction: ReactNode;
  media: LocalMedia;
  state: MediaState;
  joining: boolean;
  /** Whether a host is going to be asked. */
  asks: boolean;
  onJoin: (how: 'withDevices' | 'withoutDevices') => void;
}

/** Before the call: own picture, what is on, and in. */
export function PrejoinView({ title, name, account, introduction, media, state, joining, asks, onJoin }: Props) {
  const { t } = useTranslation();
  const { problem } = state;
  useEffect(() => {
    if (problem === 'insecure') toasts.show('error', t('devices.insecure.toast'));
    if (problem === 'refused') toasts.show('error', t('devices.refused.toast'));
  }, [problem, t]);

  const nothing = state.camera === 'unavailable' && state.microphone === 'unavailable';
  if (problem !== undefined && nothing && !joining) return <DevicesPage problem={problem} introduction={introduction} media={media} onJoin={onJoin} />;
  return (
    <BeforeCall testId="prejoin" title={title} name={name} account={account} media={media} state={state}>
      {introduction}
      <Button variant="contained" size="large" loading={joining} loadingPosition="start" onClick={() => onJoin('withDevices')} data-testid="join" sx={{ minHeight: 52, mt: 1, fontSize: '1.05rem' }}>
        {t(joining ? 'prejoin.joining' : asks ? 'prejoin.ask' : 'prejoin.join')}
      </Button>
      <Button disabled={joining} onClick={() => onJoin('withoutDevices')} data-testid="join-without-devices">
        {t('prejoin.joinWithout')}
      </Button>
    </BeforeCall>
  );
}

const DEVICE_ICONS: Record<DeviceProblem, React.ReactNode> = {
  refused: <CameraOffIcon />,
  missing: <CameraOffIcon />,
  busy: <CameraIcon />,
  insecure: <LockIcon />,
  failed: <AlertIcon />,
};

/** No device at all: why, what helps, and the way in without. */
function DevicesPage({ problem, introduction, media, onJoin }: { problem: DeviceProblem; introduction: ReactNode; media: LocalMedia; onJoin: Props['onJoin'] }) {
  const { t } = useTranslation();
  return (
    <StatusPage
      testId={`devices-${problem}`}
      tone="error"
      icon={DEVICE_ICONS[problem]}
      title={t(`devices.${problem}.title`)}
      body={t(`devices.${problem}.body`)}
      help={t(`devices.${problem}.help`)}
    >
      <Box sx={{ width: '100%', display: 'flex', flexDirection: 'column', gap: 1.5 }}>{introduction}</Box>
      {problem !== 'insecure' && (
        <Button variant="outlined" onClick={() => media.start()} data-testid="retry-devices">
          {t('action.retry')}
        </Button>
      )}
      <Button variant="contained" onClick={() => onJoin('withoutDevices')} data-testid="join-without-devices">
        {t('prejoin.joinWithout')}
      </Button>
    </StatusPage>
  );
}
