import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  open: boolean;
  title: string;
  /** What follows from it. */
  body: string;
  action: string;
  /** What is given rather than taken. */
  harmless?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that others will feel. */
export function ConfirmDialog({ open, title, body, action, harmless = false, onConfirm, onClose }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const confirm = () => {
    onClose();
    onConfirm();
  };
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={id} data-testid="host-confirm-dialog">
      <DialogTitle id={id}>{title}</DialogTitle>
      <DialogContent>
        <DialogContentText>{body}</DialogContentText>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={onClose} autoFocus>
          {t('action.cancel')}
        </Button>
        <Button variant="contained" color={harmless ? 'primary' : 'error'} onClick={confirm} data-testid="host-confirm">
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
