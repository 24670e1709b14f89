import Box from '@mui/material/Box';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useColorScheme } from '@mui/material/styles';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { MoonIcon, SunIcon, SystemIcon } from '../ui/icons';
import { LanguageField } from './LanguageField';

const MODES = [
  { mode: 'light', icon: <SunIcon fontSize="small" /> },
  { mode: 'dark', icon: <MoonIcon fontSize="small" /> },
  { mode: 'system', icon: <SystemIcon fontSize="small" /> },
] as const;

export function GeneralSection() {
  const { t } = useTranslation();
  const id = useId();
  const { mode = 'system', setMode } = useColorScheme();
  return (
    <>
      <LanguageField />
      <Box id={id} sx={{ fontWeight: 560, mt: 2.5, mb: 1 }}>
        {t('nav.theme.label')}
      </Box>
      <ToggleButtonGroup exclusive value={mode} aria-labelledby={id} onChange={(_, chosen: typeof mode | null) => chosen !== null && setMode(chosen)} fullWidth sx={{ maxWidth: 440 }}>
        {MODES.map((entry) => (
          <ToggleButton key={entry.mode} value={entry.mode} data-testid={`settings-theme-${entry.mode}`} sx={{ gap: { xs: 0.5, sm: 1 }, px: 1, flexDirection: { xs: 'column', sm: 'row' }, minHeight: 44, lineHeight: 1.3, textTransform: 'none', color: 'text.primary' }}>
            {entry.icon}
            {t(`nav.theme.${entry.mode}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </>
  );
}
