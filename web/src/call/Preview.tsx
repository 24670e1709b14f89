// The step before the call: one's own picture with its two switches, how loud one is, and what of it is missing.
import Box from '@mui/material/Box';
import CircularProgress from '@mui/material/CircularProgress';
import Typography from '@mui/material/Typography';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackgroundFailure } from '../effects/background/engine';
import { effectChoices, type NoiseChoice } from '../effects/effectChoice';
import { browserSuppresses, possibleNoise } from '../effects/noise';
import { useBackground } from '../effects/useBackground';
import { useSuppressed } from '../effects/useSuppressed';
import { CameraIcon, CameraOffIcon, MicrophoneIcon, MicrophoneOffIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { toasts } from '../ui/toasts';
import { Avatar } from './Avatar';
import { SwitchButton } from './Controls';
import type { DeviceState, LocalMedia, MediaState } from '../devices/devices';
import { LevelMeter } from '../devices/LevelMeter';
import type { SwitchState } from './model';
import { layoutPreferences } from '../layout/preferences';
import { VideoView } from '../layout/VideoView';

interface Props {
  name: string;
  /** Decides the colour behind the initials. */
  account: string;
  media: LocalMedia;
  state: MediaState;
}

/** The browser's own suppression belongs to how the microphone was asked for. */
export function chooseNoise(media: LocalMedia, noise: NoiseChoice) {
  const before = possibleNoise(effectChoices.state.get().noise);
  effectChoices.remember({ noise });
  if (browserSuppresses(before) !== browserSuppresses(noise)) media.renew('microphone');
}

/** Shows what the others are going to see and hear of this person. */
export function Preview({ name, account, media, state }: Props) {
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
  // What a camera at the back shows is nobody's mirror image.
  const facesAway = state.cameraTrack?.getSettings().facingMode === 'environment';
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
          <Box sx={{ display: 'flex', flexDirection: 'column', alignItems: 'center', gap: 1, pb: 8 }}>
            <Avatar name={name} identity={account} />
            <Typography sx={{ color: 'text.secondary', fontSize: '0.9rem' }}>{t(state.cameraTrack !== undefined ? 'effects.backgroundStarting' : state.camera === 'starting' ? 'prejoin.starting' : 'prejoin.cameraOff')}</Typography>
          </Box>
        ) : (
          <VideoView source={seen} mirrored={mirrored && !facesAway} />
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
        {state.problem === 'busy' && <div>{t('devices.busy.body')}</div>}
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
