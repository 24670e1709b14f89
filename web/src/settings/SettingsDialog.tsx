// The settings in the call: a dialog with a section each for what can be chosen, the whole screen on a phone.
import Box from '@mui/material/Box';
import Dialog from '@mui/material/Dialog';
import IconButton from '@mui/material/IconButton';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallSession } from '../call/session';
import { CloseIcon } from '../ui/icons';
import { SECTIONS, type SectionId } from './sections';

interface Props {
  open: boolean;
  onClose: () => void;
  session: CallSession;
}

export function SettingsDialog({ open, onClose, session }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const small = useMediaQuery('(max-width: 719px), (max-height: 500px)');
  const [chosen, setChosen] = useState<SectionId>(SECTIONS[0].id);
  const { Section } = SECTIONS.find((section) => section.id === chosen) ?? SECTIONS[0];
  return (
    <Dialog
      open={open}
      onClose={onClose}
      fullScreen={small}
      aria-labelledby={id}
      data-testid="settings"
      slotProps={{ paper: { sx: small ? { borderRadius: 0 } : { width: 760, maxWidth: 'calc(100vw - 64px)', height: 'min(600px, calc(100vh - 64px))' } } }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', pl: { xs: 2, sm: 3 }, pr: 1.5, pt: 'calc(12px + env(safe-area-inset-top))', pb: 1 }}>
        <Typography variant="h2" id={id} sx={{ flex: 1, fontSize: '1.25rem' }}>
          {t('settings.title')}
        </Typography>
        <IconButton onClick={onClose} aria-label={t('settings.close')} data-testid="close-settings">
          <CloseIcon />
        </IconButton>
      </Box>
      <Box sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: small ? 'column' : 'row' }}>
        <Tabs
          orientation={small ? 'horizontal' : 'vertical'}
          variant="scrollable"
          scrollButtons={false}
          value={chosen}
          onChange={(_, section: SectionId) => setChosen(section)}
          aria-label={t('settings.title')}
          sx={{ flex: 'none', width: small ? '100%' : 224, ...(small ? { borderBottom: 1, borderBottomColor: 'divider' } : { px: 1.5, '& .MuiTabs-indicator': { display: 'none' } }) }}
        >
          {SECTIONS.map((section) => (
            <Tab
              key={section.id}
              value={section.id}
              id={`${id}-${section.id}`}
              aria-controls={`${id}-panel`}
              icon={<section.Icon fontSize="small" />}
              iconPosition="start"
              label={t(`settings.section.${section.id}`)}
              data-testid={`settings-${section.id}`}
              sx={{
                minHeight: 48,
                textTransform: 'none',
                fontSize: '0.95rem',
                ...(small ? {} : { justifyContent: 'flex-start', textAlign: 'left', borderRadius: 2.5, '&.Mui-selected': { bgcolor: 'action.selected' } }),
              }}
            />
          ))}
        </Tabs>
        <Box
          role="tabpanel"
          id={`${id}-panel`}
          aria-labelledby={`${id}-${chosen}`}
          tabIndex={0}
          sx={{ flex: 1, minWidth: 0, overflowY: 'auto', px: { xs: 2, sm: 3 }, pt: small ? 2 : 0.5, pb: 'calc(24px + env(safe-area-inset-bottom))', outlineOffset: -3 }}
        >
          <Section session={session} />
        </Box>
      </Box>
    </Dialog>
  );
}
