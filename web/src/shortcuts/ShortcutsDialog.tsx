// The list of keys, opened by `?`.
import Box from '@mui/material/Box';
import Dialog from '@mui/material/Dialog';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { preferences } from '../settings/preferences';
import { PreferenceRow } from '../settings/SwitchRow';
import { CloseIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { MAC, shortcuts } from '.';
import { CATALOGUE } from './catalogue';
import { keyName } from './shortcuts';

export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const active = useStore(shortcuts.active);
  const { singleKeys, holdSpace, pushToTalk } = useStore(preferences.state);
  const rows = active.map((action) => ({ id: action, label: t(`shortcuts.action.${action}`), keys: CATALOGUE[action].map((key) => ({ name: keyName(key, MAC, t('shortcuts.control')), works: singleKeys || key.startsWith('mod+') })) }));
  const held = pushToTalk ? t('shortcuts.pushToTalk') : holdSpace ? t('shortcuts.holdSpace') : undefined;
  const all = held === undefined ? rows : [{ id: 'hold' as const, label: held, keys: [{ name: t('shortcuts.space'), works: true }] }, ...rows];
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={id} fullWidth maxWidth="xs" data-testid="shortcuts">
      <Box sx={{ display: 'flex', alignItems: 'center', pl: 3, pr: 1.5, pt: 1.5 }}>
        <Typography variant="h2" id={id} sx={{ flex: 1, fontSize: '1.25rem' }}>
          {t('shortcuts.title')}
        </Typography>
        <IconButton onClick={onClose} aria-label={t('shortcuts.close')} data-testid="close-shortcuts">
          <CloseIcon />
        </IconButton>
      </Box>
      <Box sx={{ px: 3, pb: 2, overflowY: 'auto' }}>
        <Box component="dl" sx={{ m: 0 }}>
          {all.map(({ label, keys }) => (
            <Box key={label} data-testid="shortcut" sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 2, minHeight: 44, py: 0.5, borderBottom: 1, borderColor: 'divider' }}>
              <Box component="dt" sx={{ flex: '1 1 60%', minWidth: 0, overflowWrap: 'anywhere' }}>
                {label}
              </Box>
              <Box component="dd" sx={{ m: 0, display: 'flex', flexWrap: 'wrap', justifyContent: 'flex-end', gap: 1, marginInlineStart: 'auto' }}>
                {keys.map(({ name, works }) => (
                  <Box
                    key={name}
                    component="kbd"
                    sx={{
                      px: 1,
                      minWidth: 30,
                      textAlign: 'center',
                      borderRadius: 1.5,
                      border: 1,
                      borderBottomWidth: 2,
                      borderColor: 'divider',
                      bgcolor: 'background.default',
                      fontFamily: 'inherit',
                      fontSize: '0.9rem',
                      lineHeight: '26px',
                      ...(works ? {} : { textDecoration: 'line-through', color: 'text.secondary' }),
                    }}
                  >
                    {name}
                  </Box>
                ))}
              </Box>
            </Box>
          ))}
        </Box>
        <PreferenceRow name="singleKeys" label={t('settings.singleKeys')} hint={t('settings.singleKeysHint')} />
      </Box>
    </Dialog>
  );
}
