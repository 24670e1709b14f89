import Box from '@mui/material/Box';
import MuiLink from '@mui/material/Link';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { LONGEST_NAME } from './name';
import type { GuestName } from './useGuestName';

/** Asks somebody without an account for the name by which the others are going to see them. */
export function GuestIntroduction({ name, login, onEnter }: { name: GuestName; login: string; onEnter: () => void }) {
  const { t } = useTranslation();
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', gap: 1 }} data-testid="guest-introduction">
      <TextField
        label={t('guest.name')}
        value={name.text}
        onChange={(event) => name.change(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) onEnter();
        }}
        inputRef={name.field}
        required
        sx={{ textAlign: 'start' }}
        autoComplete="name"
        error={name.problem !== undefined}
        helperText={name.problem === undefined ? t('guest.nameHint') : t(`form.${name.problem}`, { max: LONGEST_NAME })}
        slotProps={{ htmlInput: { 'data-testid': 'guest-name', dir: 'auto', maxLength: 4 * LONGEST_NAME }, formHelperText: { 'aria-live': 'polite' } as object }}
      />
      <Typography sx={{ color: 'text.secondary', fontSize: '0.92rem' }}>
        {t('guest.haveAccount')}{' '}
        <MuiLink component={Link} to={login} data-testid="guest-login" sx={{ display: 'inline-block', py: 1.25, fontWeight: 600 }}>
          {t('guest.login')}
        </MuiLink>
      </Typography>
    </Box>
  );
}
