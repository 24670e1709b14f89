import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { invitations } from '../api';
import { LINK_DAYS } from '../api/invitations';
import { copyText } from '../ui/clipboard';
import { LinkIcon } from '../ui/icons';
import { translateError } from '../ui/serverErrors';
import { toasts } from '../ui/toasts';

/** Makes an invitation to the room and puts its link into the clipboard; from then on the same link again. */
export function CopyLink({ room }: { room: number }) {
  const { t } = useTranslation();
  const [link, setLink] = useState<string>();
  const [busy, setBusy] = useState(false);
  const copy = async () => {
    setBusy(true);
    try {
      const made = link ?? (await invitations.createLink(room));
      setLink(made);
      if (await copyText(made)) toasts.show('success', t('toast.linkCopied'));
      else toasts.show('error', t('toast.linkNotCopied'));
    } catch (error) {
      toasts.show('error', translateError(t, error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: 1.5 }}>
      <Button variant="outlined" startIcon={<LinkIcon />} loading={busy} loadingPosition="start" onClick={() => void copy()} data-testid="copy-link" sx={{ minHeight: 44 }}>
        {t('lobby.copyLink')}
      </Button>
      {link !== undefined && (
        <TextField
          label={t('lobby.link')}
          value={link}
          size="small"
          fullWidth
          helperText={t('lobby.linkHint', { days: LINK_DAYS })}
          onFocus={(event) => {
            if (event.target instanceof HTMLInputElement) event.target.select();
          }}
          slotProps={{ htmlInput: { readOnly: true, dir: 'ltr', 'data-testid': 'room-link' } }}
        />
      )}
    </Box>
  );
}
