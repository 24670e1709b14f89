import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Spinner } from '../ui/Spinner';
import { refusalText } from './refusal';
import { useBans, useUnban, type HostedRoom } from './useHosting';

/** Who is banned from the room, and the way back for them. */
export function BansDialog({ room, open, onClose }: { room: HostedRoom; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const bans = useBans(room, open);
  const unban = useUnban(room);
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="xs" aria-labelledby={id} data-testid="bans-dialog">
      <DialogTitle id={id}>{t('host.bans')}</DialogTitle>
      <DialogContent>
        {bans.isPending && <Spinner label={t('host.loadingBans')} />}
        {bans.error !== null && (
          <Typography role="alert" color="error">
            {refusalText(t, bans.error)}
          </Typography>
        )}
        {bans.data?.length === 0 && <Typography sx={{ color: 'text.secondary' }}>{t('host.noBans')}</Typography>}
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {bans.data?.map((ban) => (
            <Box component="li" key={ban.user} data-testid="ban" data-name={ban.name} sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 52 }}>
              <Typography noWrap sx={{ flex: 1 }}>
                {ban.name}
              </Typography>
              <Button aria-label={t('host.unbanNamed', { name: ban.name })} onClick={() => unban.mutate(ban.user)} data-testid="unban" sx={{ minHeight: 44 }}>
                {t('host.unban')}
              </Button>
            </Box>
          ))}
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={onClose} data-testid="close-bans">
          {t('action.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
