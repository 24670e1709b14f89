import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import Typography from '@mui/material/Typography';
import { useCallback, useEffect } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import type { BackgroundFailure } from '../effects/background/engine';
import { effectChoices, type NoiseChoice } from '../effects/effectChoice';
import { EffectFields } from '../effects/EffectFields';
import { browserSuppresses, possibleNoise } from '../effects/noise';
import { useBackground } from '../effects/useBackground';
import { useSuppressed } from '../effects/useSuppressed';
import { AlertIcon, CameraIcon, CameraOffIcon, LockIcon, MicrophoneIcon, MicrophoneOffIcon } from '../ui/icons';
import { StatusPage } from '../ui/StatusPage';
import { useStore } from '../ui/store';
import { toasts } from '../ui/toasts';
import { Avatar } from './Avatar';
import { SwitchButton } from './Controls';
import { DeviceFields } from '../devices/DeviceFields';
import type { DeviceProblem, DeviceState, LocalMedia, MediaState } from '../devices/devices';
import { LevelMeter } from '../devices/LevelMeter';
import type { SwitchState } from './model';
import { layoutPreferences } from '../layout/preferences';
import { VideoView } from '../layout/VideoView';

interface Props {
  title: string;
  name: string;
  /** Decides the colour behind the initials. */
  account: string;
  media: LocalMedia;
  state: MediaState;
  joining: boolean;
  onJoin: (how: 'withDevices' | 'withoutDevices') => void;
}

/** Before the call: own picture, what is on, and in. */
export function PrejoinView({ title, name, account, media, state, joining, onJoin }: Props) {
  const { t } = useTranslation();
  const { problem } = state;
  useEffect(() => {
    if (problem === 'insecure') toasts.show('error', t('devices.insecure.toast'));
    if (problem === 'refused') toasts.show('error', t('devices.refused.toast'));
  }, [problem, t]);

  const nothing = state.camera === 'unavailable' && state.microphone === 'unavailable';
  if (problem !== undefined && nothing && !joining) return <DevicesPage problem={problem} media={media} onJoin={onJoin} />;
  return (
    <Box
      data-testid="prejoin"
      sx={{
        flex: 1,
        display: 'grid',
        alignContent: { xs: 'start', sm: 'center' },
        justifyContent: 'center',
        gap: { xs: 2, md: 5 },
        gridTemplateColumns: { xs: 'minmax(0, 560px)', md: 'minmax(0, 600px) minmax(260px, 340px)' },
        alignItems: 'center',
        px: { xs: 2, sm: 3 },
        py: { xs: 2, sm: 4 },
        '@media (orientation: landscape) and (max-height: 500px)': { gridTemplateColumns: 'minmax(0, 360px) minmax(220px, 320px)', gap: 2, py: 1.5 },
      }}
    >
      <Preview name={name} account={account} media={media} state={state} />
      <Box sx={{ display: 'flex', flexDirection: 'column', gap: 1.5, textAlign: { xs: 'center', md: 'left' } }}>
        <Typography variant="h1" sx={{ display: '-webkit-box', WebkitLineClamp: 3, WebkitBoxOrient: 'vertical', overflow: 'hidden' }}>
          {title}
        </Typography>
        <Typography sx={{ color: 'text.secondary' }}>
          <Trans i18nKey="prejoin.asName" values={{ name }} components={{ b: <Box component="strong" sx={{ color: 'text.primary', fontWeight: 600 }} /> }} />
        </Typography>
        <Button variant="contained" size="large" loading={joining} loadingPosition="start" onClick={() => onJoin('withDevices')} data-testid="join" sx={{ minHeight: 52, mt: 1, fontSize: '1.05rem' }}>
          {t(joining ? 'prejoin.joining' : 'prejoin.join')}
        </Button>
        <Button disabled={joining} onClick={() => onJoin('withoutDevices')} data-testid="join-without-devices">
          {t('prejoin.joinWithout')}
        </Button>
        <Box sx={{ mt: 1.5, textAlign: 'left' }}>
          <DeviceFields
            inUse={{ camera: state.cameraTrack?.getSettings().deviceId, microphone: state.microphoneTrack?.getSettings().deviceId }}
            onChoose={(kind, id) => media.choose(kind, id)}
          />
          <Box sx={{ mt: 1.75 }}>
            <EffectFields onNoise={(noise) => chooseNoise(media, noise)} onBackground={(background) => effectChoices.remember({ background })} />
          </Box>
        </Box>
      </Box>
    </Box>
  );
}

/** The browser's own suppression belongs to how the microphone was asked for. */
function chooseNoise(media: LocalMedia, noise: NoiseChoice) {
  const before = possibleNoise(effectChoices.state.get().noise);
  effectChoices.remember({ noise });
  if (browserSuppresses(before) !== browserSuppresses(noise)) media.renew('microphone');
}

function Preview({ name, account, media, state }: Pick<Props, 'name' | 'account' | 'media' | 'state'>) {
  const { t } = useTranslation();
  const { noise, background } = useStore(effectChoices.state);
  const suppressionFailed = useCallback(() => {
    chooseNoise(media, 'browser');
    toasts.show('error', t('effects.problem.noise'));
  }, [media, t]);
  const backgroundFailed = useCallback(
    (failure: BackgroundFailure) => {
      // In this order: the camera must not be seen as it is.
      media.setCamera(false);
      effectChoices.remember({ background: 'none' });
      toasts.show('error', t(`effects.problem.${failure === 'tooSlow' ? 'backgroundSlow' : 'background'}`));
    },
    [media, t],
  );
  const seen = useBackground(state.cameraTrack, background, backgroundFailed);
  const heard = useSuppressed(state.microphoneTrack, possibleNoise(noise), suppressionFailed);
  const { mirrored } = useStore(layoutPreferences.state);
  return (
    <Box>
      <Box
        role="group"
        aria-label={t('prejoin.preview')}
        sx={{
          position: 'relative',
          aspectRatio: '16 / 10',
          borderRadius: 5,
          overflow: 'hidden',
          bgcolor: 'stage.tile',
          display: 'grid',
          placeItems: 'center',
          containerType: 'size',
        }}
      >
        {seen === undefined ? (
          <Box sx={{ display: 'flex', flexDirection: 'column', alignItems: 'center', gap: 1.5, pb: 5 }}>
            <Avatar name={name} identity={account} />
            <Typography sx={{ color: 'text.secondary', fontSize: '0.9rem' }}>{t(state.cameraTrack !== undefined ? 'effects.backgroundStarting' : state.camera === 'starting' ? 'prejoin.starting' : 'prejoin.cameraOff')}</Typography>
          </Box>
        ) : (
          <VideoView source={seen} mirrored={mirrored} />
        )}
        <Box sx={{ position: 'absolute', bottom: 12, display: 'flex', gap: 1.5 }}>
          <SwitchButton
            state={asSwitch(state.camera)}
            labelOn={t('prejoin.turnCameraOff')}
            labelOff={t('prejoin.turnCameraOn')}
            iconOn={state.camera === 'starting' ? <CircularProgress size={22} aria-hidden /> : <CameraIcon />}
            iconOff={<CameraOffIcon />}
            onClick={() => media.setCamera(!isOn(state.camera))}
            testId="prejoin-camera"
          />
          <SwitchButton
            state={asSwitch(state.microphone)}
            labelOn={t('prejoin.turnMicrophoneOff')}
            labelOff={t('prejoin.turnMicrophoneOn')}
            iconOn={<MicrophoneIcon />}
            iconOff={<MicrophoneOffIcon />}
            onClick={() => media.setMicrophone(!isOn(state.microphone))}
            testId="prejoin-microphone"
          />
        </Box>
      </Box>
      <Box sx={{ height: 8, mt: 1.25, px: 1 }}>{heard !== undefined && <LevelMeter track={heard} />}</Box>
      <Box role="status" sx={{ color: 'text.secondary', fontSize: '0.9rem', mt: 1, textAlign: 'center' }}>
        {state.camera === 'unavailable' && <div>{t('prejoin.noCamera')}</div>}
        {state.microphone === 'unavailable' && <div>{t('prejoin.noMicrophone')}</div>}
      </Box>
    </Box>
  );
}

function isOn(state: DeviceState): boolean {
  return state === 'on' || state === 'starting';
}

function asSwitch(state: DeviceState): SwitchState {
  return state === 'starting' ? 'turningOn' : state === 'on' ? 'on' : 'off';
}

const DEVICE_ICONS: Record<DeviceProblem, React.ReactNode> = {
  refused: <CameraOffIcon />,
  missing: <CameraOffIcon />,
  busy: <CameraIcon />,
  insecure: <LockIcon />,
  failed: <AlertIcon />,
};

/** No device at all: why, what helps, and the way in without. */
function DevicesPage({ problem, media, onJoin }: { problem: DeviceProblem; media: LocalMedia; onJoin: Props['onJoin'] }) {
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
