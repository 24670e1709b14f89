// What the small window beside other work shows: who speaks or what is shared, and the buttons that one needs there. It is dark in any theme, like
// a picture, and has no other styles than these, since the page's own are not in its document.
import { CacheProvider } from '@emotion/react';
import createCache from '@emotion/cache';
import Box from '@mui/material/Box';
import { useMemo, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../call/Avatar';
import type { CallModel, CallState, SwitchState } from '../call/model';
import { mayUnmute } from '../call/roomState';
import { preferences } from '../settings/preferences';
import { CameraIcon, CameraOffIcon, LeaveIcon, MicrophoneIcon, MicrophoneOffIcon } from '../ui/icons';
import { useStore, type Readable } from '../ui/store';
import type { PipView as View } from './documentPip';
import { VideoView } from './VideoView';

interface Props {
  view: Readable<View | undefined>;
  call: CallModel;
  state: CallState;
}

export function PipView({ view, call, state }: Props) {
  const shown = useStore(view);
  return shown === undefined ? null : createPortal(<Contents view={shown} call={call} state={state} />, shown.window.document.body);
}

function Contents({ view: { window, content }, call, state }: { view: View; call: CallModel; state: CallState }) {
  const { t } = useTranslation();
  const cache = useMemo(() => {
    const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
    return createCache({ key: 'pip', container: window.document.head, ...(nonce === undefined || nonce === '' ? {} : { nonce }) });
  }, [window]);
  const { pushToTalk } = useStore(preferences.state);
  const name = content.name === '' ? t('call.anonymous') : content.name;
  const silenced = mayUnmute(state) ? undefined : t('host.forbidden.unmute');
  return (
    <CacheProvider value={cache}>
      <Box data-testid="pip" sx={{ height: '100vh', display: 'flex', flexDirection: 'column', bgcolor: '#0c1012', color: '#fff', font: '560 14px system-ui, sans-serif' }}>
        <Box sx={{ flex: 1, minHeight: 0, position: 'relative', containerType: 'size', display: 'grid', placeItems: 'center', overflow: 'hidden' }}>
          {content.picture === undefined ? <Avatar name={name} identity={content.identity} /> : <VideoView key={content.identity} source={content.picture} fit={content.kind === 'screen' ? 'whole' : 'fill'} />}
          <Box data-testid="pip-name" sx={{ position: 'absolute', left: 8, bottom: 6, maxWidth: 'calc(100% - 32px)', px: '8px', py: '3px', borderRadius: '8px', bgcolor: 'rgb(12 16 18 / 0.72)', whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' }}>
            {name}
          </Box>
        </Box>
        <Box role="toolbar" aria-label={t('call.toolbar')} sx={{ flex: 'none', display: 'flex', justifyContent: 'center', gap: '12px', py: '8px' }}>
          <Switch state={state.camera} on={t('call.turnCameraOff')} off={t('call.turnCameraOn')} iconOn={<CameraIcon />} iconOff={<CameraOffIcon />} onClick={() => call.toggle('camera')} testId="pip-camera" />
          {!pushToTalk && (
            <Switch
              state={state.microphone}
              on={t('call.turnMicrophoneOff')}
              off={silenced ?? t('call.turnMicrophoneOn')}
              iconOn={<MicrophoneIcon />}
              iconOff={<MicrophoneOffIcon />}
              onClick={() => call.toggle('microphone')}
              testId="pip-microphone"
            />
          )}
          <Round label={t('call.leave')} background="#c81e1e" color="#fff" onClick={() => call.leave()} testId="pip-leave">
            <LeaveIcon />
          </Round>
        </Box>
      </Box>
    </CacheProvider>
  );
}

interface SwitchProps {
  state: SwitchState;
  on: string;
  off: string;
  iconOn: ReactNode;
  iconOff: ReactNode;
  onClick: () => void;
  testId: string;
}

function Switch({ state, on, off, iconOn, iconOff, onClick, testId }: SwitchProps) {
  const isOn = state === 'on' || state === 'turningOn';
  return (
    <Round label={isOn ? on : off} background={isOn ? '#2b3338' : '#f1f4f5'} color={isOn ? '#fff' : '#12181b'} onClick={onClick} testId={testId} dataState={isOn ? 'on' : 'off'}>
      {isOn ? iconOn : iconOff}
    </Round>
  );
}

function Round({ label, background, color, onClick, testId, dataState, children }: { label: string; background: string; color: string; onClick: () => void; testId: string; dataState?: 'on' | 'off'; children: ReactNode }) {
  return (
    <Box
      component="button"
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      data-testid={testId}
      data-state={dataState}
      sx={{ width: 44, height: 44, p: 0, border: 0, borderRadius: '22px', display: 'grid', placeItems: 'center', cursor: 'pointer', bgcolor: background, color, '& svg': { width: 22, height: 22 }, '&:focus-visible': { outline: '3px solid #2dd4bf', outlineOffset: '2px' } }}
    >
      {children}
    </Box>
  );
}
