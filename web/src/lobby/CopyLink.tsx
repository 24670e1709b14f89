import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import Tooltip from '@mui/material/Tooltip';
import { useTranslation } from 'react-i18next';
import { copyText } from '../ui/clipboard';
import { LinkIcon } from '../ui/icons';
import { toasts } from '../ui/toasts';

export function CopyLink({ link, hint }: { link: string; hint?: string }) {
  const { t } = useTranslation();
  const copy = async () => {
    if (await copyText(link)) toasts.show('success', t('toast.linkCopied'));
    else toasts.show('error', t('toast.linkNotCopied'));
  };
  return (
    <TextField
      label={t('lobby.link')}
      value={link}
      size="small"
      helperText={hint}
      onFocus={(event) => {
        if (event.target instanceof HTMLInputElement) event.target.select();
      }}
      slotProps={{
        htmlInput: { readOnly: true, 'data-testid': 'room-link' },
        input: {
          endAdornment: (
            <InputAdornment position="end">
              <Tooltip title={t('lobby.copyLink')}>
                <IconButton edge="end" aria-label={t('lobby.copyLink')} onClick={copy} data-testid="copy-link">
                  <LinkIcon />
                </IconButton>
              </Tooltip>
            </InputAdornment>
          ),
        },
      }}
    />
  );
}
