import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { SoundIcon } from '../ui/icons';

/** Says why it is silent here, with the way out of it. */
export function SecondDeviceNotice({ onClick }: { onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <Box sx={{ position: 'absolute', insetInline: 0, top: 16, display: 'grid', placeItems: 'center', px: 2, zIndex: 2 }}>
      <Paper data-testid="second-device" role="alert" sx={{ px: 2, py: 1.5, maxWidth: 560, borderRadius: 4, display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center', justifyContent: 'center', boxShadow: 6 }}>
        <Typography sx={{ fontSize: '0.92rem', flex: '1 1 240px' }}>{t('microphone.secondDevice')}</Typography>
        <Button variant="contained" startIcon={<SoundIcon />} onClick={onClick}>
          {t('microphone.secondDeviceOn')}
        </Button>
      </Paper>
    </Box>
  );
}
