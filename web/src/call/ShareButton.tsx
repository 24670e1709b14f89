// The button that shares the screen, with a menu of what matters in the picture; a click while sharing ends it.
import ListItemText from '@mui/material/ListItemText';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ShareIcon } from '../ui/icons';
import { useShortcut } from '../shortcuts';
import { BarMenu } from './BarMenu';
import { RoundButton } from './Controls';
import type { CallModel, CallState } from './model';
import type { ScreenContent } from './port';
import { mayShare } from './roomState';

const CONTENTS = ['detail', 'motion'] as const;

/** Phones cannot share their screen from a web page. */
function canShare(): boolean {
  return 'mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices;
}

export function ShareButton({ call, state }: { call: CallModel; state: CallState }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { share } = state;
  const on = share === 'on' || share === 'turningOff';
  const allowed = mayShare(state);
  const begin = (content: ScreenContent) => {
    setOpen(false);
    call.shareScreen(content);
  };
  const possible = canShare();
  const click = () => {
    if (on) call.shareScreen(undefined);
    // Where only hosts may, the call says so.
    else if (!allowed) call.shareScreen('detail');
    else setOpen(true);
  };
  useShortcut('share', possible ? click : undefined);
  if (!possible) return null;
  return (
    <BarMenu
      button={
        <RoundButton
          label={on ? t('share.stop') : t('share.start')}
          onClick={click}
          tone={on ? 'off' : 'plain'}
          busy={share === 'turningOn' || share === 'turningOff'}
          refused={allowed ? undefined : t('host.forbidden.share')}
          testId="share-screen"
          dataState={on ? 'on' : 'off'}
          shortcut="share"
        >
          <ShareIcon />
        </RoundButton>
      }
      label={t('share.start')}
      open={open}
      onClose={() => setOpen(false)}
    >
      {CONTENTS.map((content) => (
        <MenuItem key={content} onClick={() => begin(content)} data-testid={`share-${content}`} sx={{ minHeight: 44 }}>
          <ListItemText primary={t(`share.${content}`)} secondary={t(`share.${content}Hint`)} />
        </MenuItem>
      ))}
    </BarMenu>
  );
}
