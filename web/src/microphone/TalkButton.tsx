// The microphone's button in push-to-talk: on while it is held.
import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../call/Controls';
import { MicrophoneIcon, MicrophoneOffIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import type { HoldToTalk } from './holdToTalk';

/** `refused` says why it does not work, where it does not. */
export function TalkButton({ hold, refused }: { hold: HoldToTalk; refused: string | undefined }) {
  const { t } = useTranslation();
  const talking = useStore(hold.talking);
  return (
    <Box
      data-hold-to-talk
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        hold.press();
      }}
      onPointerUp={() => hold.release()}
      onPointerCancel={() => hold.release()}
      onLostPointerCapture={() => hold.release()}
      onContextMenu={(event) => event.preventDefault()}
      sx={{ touchAction: 'none', userSelect: 'none', WebkitTouchCallout: 'none' }}
    >
      <RoundButton label={t('microphone.holdToTalk')} onClick={() => undefined} tone={talking ? 'plain' : 'off'} refused={refused} testId="toggle-microphone" dataState={talking ? 'on' : 'off'}>
        {talking ? <MicrophoneIcon /> : <MicrophoneOffIcon />}
      </RoundButton>
    </Box>
  );
}
