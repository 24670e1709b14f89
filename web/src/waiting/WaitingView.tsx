import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BeforeCall } from '../call/BeforeCall';
import type { LocalMedia, MediaState } from '../devices/devices';
import { useStore } from '../ui/store';
import type { Knock } from './knock';

interface Props {
  title: string;
  /** When the room is meant to be used. */
  time: ReactNode;
  name: string;
  account: string;
  media: LocalMedia;
  state: MediaState;
  knock: Knock;
  onCancel: () => void;
}

/** In front of the room, until a host decides. Picture and devices stay as before, so that nothing has to be done when the door opens. */
export function WaitingView({ title, time, name, account, media, state, knock, onCancel }: Props) {
  const { t } = useTranslation();
  const { hostPresent, reached } = useStore(knock.state);
  const what = !reached ? 'unreached' : hostPresent ? 'asked' : 'noHost';
  return (
    <BeforeCall testId="waiting" title={title} name={name} account={account} media={media} state={state} announce>
      {time}
      <Box
        sx={{ display: 'flex', gap: 2, alignItems: 'flex-start', textAlign: 'left', p: 2, borderRadius: 3, bgcolor: 'background.paper', border: 1, borderColor: 'divider' }}
      >
        <CircularProgress size={22} thickness={5} aria-hidden sx={{ flex: 'none', mt: 0.25 }} />
        <Box role="status" data-testid="waiting-status" data-host={hostPresent ? 'present' : 'absent'}>
          <Typography sx={{ fontWeight: 600 }}>{t(`waiting.${what}.title`)}</Typography>
          <Typography sx={{ color: 'text.secondary', fontSize: '0.92rem', mt: 0.25 }}>{t(`waiting.${what}.body`)}</Typography>
        </Box>
      </Box>
      <Button variant="outlined" onClick={onCancel} data-testid="cancel-waiting">
        {t('waiting.cancel')}
      </Button>
    </BeforeCall>
  );
}
