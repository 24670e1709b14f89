// The button that shares the screen, with a menu of what matters in the picture; a click while sharing ends it.
import ListItemText from '@mui/material/ListItemText';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Box from '@mui/material/Box';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ShareIcon } from '../ui/icons';
import { useShortcut } from '../shortcuts';
import { RoundButton } from './Controls';
import type { CallModel, SwitchState } from './model';
import type { ScreenContent } from './port';

const CONTENTS = ['detail', 'motion'] as const;

/** Phones cannot share their screen from a web page. */
function canShare(): boolean {
  return 'mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices;
}

export function ShareButton({ call, state }: { call: CallModel; state: SwitchState }) {
  const { t } = useTranslation();
  const anchor = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const on = state === 'on' || state === 'turningOff';
  const share = (content: ScreenContent) => {
    setOpen(false);
    call.shareScreen(content);
  };
  const possible = canShare();
  const click = () => (on ? call.shareScreen(undefined) : setOpen(true));
  useShortcut('share', possible ? click : undefined);
  if (!possible) return null;
  return (
    <Box ref={anchor}>
      <RoundButton
        label={on ? t('share.stop') : t('share.start')}
        onClick={click}
        tone={on ? 'off' : 'plain'}
        busy={state === 'turningOn' || state === 'turningOff'}
        testId="share-screen"
        dataState={on ? 'on' : 'off'}
        shortcut="share"
      >
        <ShareIcon />
      </RoundButton>
      <Menu
        anchorEl={() => anchor.current}
        open={open}
        onClose={() => setOpen(false)}
        anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
        transformOrigin={{ vertical: 'bottom', horizontal: 'center' }}
        slotProps={{ list: { 'aria-label': t('share.start') } }}
      >
        {CONTENTS.map((content) => (
          <MenuItem key={content} onClick={() => share(content)} data-testid={`share-${content}`} sx={{ minHeight: 44 }}>
            <ListItemText primary={t(`share.${content}`)} secondary={t(`share.${content}Hint`)} />
          </MenuItem>
        ))}
      </Menu>
    </Box>
  );
}
