import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';

/** Says that somebody came without an account. On a tile it gives way where there is hardly room for the name. */
export function GuestBadge({ onPicture = false }: { onPicture?: boolean }) {
  const { t } = useTranslation();
  return (
    <Box
      component="span"
      data-testid="guest-badge"
      sx={{
        flex: 'none',
        display: 'inline-block',
        px: 0.75,
        borderRadius: '6px',
        border: 1,
        borderColor: onPicture ? 'rgb(255 255 255 / 0.55)' : 'divider',
        color: onPicture ? '#fff' : 'text.secondary',
        fontSize: '0.72rem',
        fontWeight: 600,
        lineHeight: '18px',
        ...(onPicture ? { '@container (max-width: 130px)': { display: 'none' } } : {}),
      }}
    >
      {t('guest.badge')}
    </Box>
  );
}
