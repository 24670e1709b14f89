import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { BansList } from './BansList';
import type { HostedRoom } from './useHosting';

export function BansDialog({ room, open, onClose }: { room: HostedRoom; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="xs" aria-labelledby={id} data-testid="bans-dialog">
      <DialogTitle id={id}>{t('host.bans')}</DialogTitle>
      <DialogContent>
        <BansList room={room} shown={open} />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={onClose} data-testid="close-bans">
          {t('action.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
