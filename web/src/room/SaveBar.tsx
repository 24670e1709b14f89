import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  /** Whether there is something to save. */
  dirty: boolean;
  saving: boolean;
  onDiscard: () => void;
}

/** Stays in sight while there is something to save. */
export function SaveBar({ dirty, saving, onDiscard }: Props) {
  const { t } = useTranslation();
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);
  return (
    <Box
      sx={{
        position: 'sticky',
        bottom: 0,
        zIndex: 2,
        display: 'flex',
        alignItems: 'center',
        justifyContent: 'flex-end',
        gap: 1,
        mx: { xs: -2, sm: 0 },
        px: 2,
        pt: 1.25,
        pb: 'calc(10px + env(safe-area-inset-bottom))',
        borderTop: 1,
        borderColor: 'divider',
        bgcolor: 'background.default',
      }}
    >
      <Box role="status" sx={{ flex: '1 1 0', minWidth: 0, color: 'text.secondary', fontSize: '0.9rem' }}>
        {dirty && <span data-testid="unsaved">{t('room.settings.unsaved')}</span>}
      </Box>
      {dirty && (
        <Button onClick={onDiscard} disabled={saving} data-testid="settings-discard">
          {t('room.settings.discard')}
        </Button>
      )}
      <Button type="submit" variant="contained" disabled={!dirty} loading={saving} data-testid="settings-save">
        {t('room.settings.save')}
      </Button>
    </Box>
  );
}
