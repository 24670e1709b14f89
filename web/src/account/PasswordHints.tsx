import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import { PASSWORD_MIN } from './schemas';

/** What makes a good password, below the field for a new one. */
export function PasswordHints() {
  const { t } = useTranslation();
  return (
    <Box component="ul" aria-label={t('register.hintsLabel')} sx={{ m: 0, mt: -1, paddingInlineStart: 2.5, color: 'text.secondary', fontSize: '0.82rem', lineHeight: 1.5 }}>
      <li>{t('register.hint.personal')}</li>
      <li>{t('register.hint.length', { min: PASSWORD_MIN })}</li>
      <li>{t('register.hint.common')}</li>
      <li>{t('register.hint.digits')}</li>
    </Box>
  );
}
