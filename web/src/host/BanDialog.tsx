// Asks before somebody is kept out, and offers to close the ways by which they could come back as somebody else.
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import FormControlLabel from '@mui/material/FormControlLabel';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Spinner } from '../ui/Spinner';
import { refusalText } from './refusal';
import { useBan } from './useBan';
import type { HostedRoom, Person } from './useHosting';

interface Props {
  room: HostedRoom;
  person: Person;
  open: boolean;
  onClose: () => void;
}

export function BanDialog({ room, person, open, onClose }: Props) {
  const id = useId();
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="xs" aria-labelledby={id} data-testid="ban-dialog">
      <BanForm room={room} person={person} titleId={id} onClose={onClose} />
    </Dialog>
  );
}

function BanForm({ room, person, titleId, onClose }: { room: HostedRoom; person: Person; titleId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { ways, ban, close, setClose } = useBan(room, person, onClose);
  const error = ban.error ?? ways.error;
  return (
    <>
      <DialogTitle id={titleId}>{t('host.confirm.ban.title', { name: person.name })}</DialogTitle>
      <DialogContent>
        <DialogContentText>{t(/^\d+$/.test(person.account) ? 'host.confirm.ban.account' : 'host.confirm.ban.guest')}</DialogContentText>
        {ways.isPending && <Spinner label={t('host.ways.loading')} />}
        {ways.data !== undefined && (ways.data.links > 0 || ways.data.openToGuests) && (
          <DialogContentText data-testid="ban-return" sx={{ mt: 1.5, color: 'text.primary' }}>
            {t(ways.data.openToGuests ? 'host.ways.address' : 'host.ways.link')}
          </DialogContentText>
        )}
        {ways.data !== undefined && ways.data.links > 0 && (
          <FormControlLabel
            control={<Checkbox checked={close.links} onChange={(_, links) => setClose({ ...close, links })} data-testid="ban-links" />}
            label={t('host.ways.revoke', { count: ways.data.links })}
            sx={{ display: 'flex', minHeight: 44, mt: 0.5 }}
          />
        )}
        {ways.data?.waitingRoom === false && (
          <FormControlLabel
            control={<Checkbox checked={close.waiting} onChange={(_, waiting) => setClose({ ...close, waiting })} data-testid="ban-waiting" />}
            label={t('host.ways.waitingRoom')}
            sx={{ display: 'flex', minHeight: 44 }}
          />
        )}
        {error !== null && (
          <Typography role="alert" color="error" sx={{ mt: 1 }}>
            {refusalText(t, error)}
          </Typography>
        )}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={onClose} autoFocus>
          {t('action.cancel')}
        </Button>
        <Button variant="contained" color="error" loading={ban.isPending} onClick={() => ban.mutate(close)} data-testid="host-confirm">
          {t('host.confirm.ban.action')}
        </Button>
      </DialogActions>
    </>
  );
}
