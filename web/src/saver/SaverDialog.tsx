import Box from '@mui/material/Box';
import Dialog from '@mui/material/Dialog';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { PreferenceRow } from '../settings/SwitchRow';
import { CloseIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { SAVER_MODES, type SaverModel } from './saver';

/** How much data the call may take; a choice counts at once. */
export function SaverDialog({ saver, open, onClose }: { saver: SaverModel; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const chosen = useStore(saver.state);
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={id} data-testid="saver-dialog" slotProps={{ paper: { sx: { width: 440, m: 2 } } }}>
      <Box sx={{ display: 'flex', alignItems: 'center', pr: 1.5 }}>
        <DialogTitle id={id} sx={{ flex: 1 }}>
          {t('saver.title')}
        </DialogTitle>
        <IconButton onClick={onClose} aria-label={t('saver.close')} data-testid="close-saver">
          <CloseIcon />
        </IconButton>
      </Box>
      <DialogContent sx={{ pt: 0 }}>
        <RadioGroup value={chosen} aria-labelledby={id} onChange={(_, value) => saver.set(SAVER_MODES.find((mode) => mode === value) ?? 'off')}>
          {SAVER_MODES.map((mode) => (
            <Box component="label" key={mode} htmlFor={`${id}-${mode}`} sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 60, py: 0.5, cursor: 'pointer' }}>
              <Radio
                id={`${id}-${mode}`}
                value={mode}
                sx={{ ml: -1.25 }}
                slotProps={{ input: { 'aria-label': t(`saver.mode.${mode}`), 'aria-describedby': `${id}-${mode}-hint`, ...{ 'data-testid': `saver-${mode}` } } }}
              />
              <Box>
                <Box sx={{ fontWeight: 560 }}>{t(`saver.mode.${mode}`)}</Box>
                <Box id={`${id}-${mode}-hint`} sx={{ color: 'text.secondary', fontSize: '0.88rem', lineHeight: 1.4 }}>
                  {t(`saver.hint.${mode}`)}
                </Box>
              </Box>
            </Box>
          ))}
        </RadioGroup>
        <Divider sx={{ my: 1 }} />
        <PreferenceRow name="fewerVideos" label={t('saver.fewerVideos')} hint={t('saver.fewerVideosHint')} />
      </DialogContent>
    </Dialog>
  );
}
