import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PasswordLink } from '../api/admin';
import { whenOf } from '../room/log';
import { copyText } from '../ui/clipboard';
import { CopyIcon } from '../ui/icons';
import { toasts } from '../ui/toasts';

interface Made {
  name: string;
  link: PasswordLink;
}

/** The link to a new password, this once: it closes by its button alone, since nobody sees the link again. */
export function LinkDialog({ made, onClose }: { made: Made | undefined; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const [shown, setShown] = useState(made);
  if (made !== undefined && made !== shown) setShown(made);
  const link = shown?.link.link ?? '';
  const copy = async () => {
    if (await copyText(link)) toasts.show('success', t('toast.linkCopied'));
    else toasts.show('error', t('toast.linkNotCopied'));
  };
  return (
    <Dialog open={made !== undefined} fullWidth maxWidth="sm" aria-labelledby="link-title" data-testid="link-dialog">
      <DialogTitle id="link-title">{t('admin.users.link.title', { name: shown?.name ?? '' })}</DialogTitle>
      <DialogContent sx={{ display: 'flex', flexDirection: 'column', gap: 2 }}>
        <DialogContentText>{t('admin.users.link.body', { date: whenOf(shown?.link.linkExpiresOn ?? '', i18n.language) })}</DialogContentText>
        <TextField
          label={t('admin.users.link.label')}
          value={link}
          multiline
          onFocus={(event) => {
            if (event.target instanceof HTMLTextAreaElement) event.target.select();
          }}
          slotProps={{ htmlInput: { readOnly: true, dir: 'ltr', 'data-testid': 'password-link', style: { overflowWrap: 'anywhere' } } }}
        />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose} data-testid="link-done">
          {t('admin.users.link.done')}
        </Button>
        <Button variant="contained" startIcon={<CopyIcon />} onClick={() => void copy()} autoFocus data-testid="link-copy">
          {t('admin.users.link.copy')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
