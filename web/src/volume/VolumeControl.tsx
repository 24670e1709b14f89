import Box from '@mui/material/Box';
import FormControlLabel from '@mui/material/FormControlLabel';
import Slider from '@mui/material/Slider';
import Switch from '@mui/material/Switch';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SoundIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { canSetVolume, FULL, volumes } from './volumes';

/** How loud one person is for oneself; nobody else hears a difference. */
export function VolumeControl({ account, name }: { account: string; name: string }) {
  const { t } = useTranslation();
  const { level, muted } = useStore(volumes.state).get(account) ?? FULL;
  const [settable] = useState(canSetVolume);
  return (
    <Box sx={{ px: 2, py: 0.5 }}>
      {settable && (
        <>
          <Typography sx={{ fontSize: '0.92rem', color: 'text.secondary' }}>{t('volume.title')}</Typography>
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, pr: 0.5 }}>
            <SoundIcon fontSize="small" sx={{ color: 'text.secondary' }} />
            <Slider
              value={Math.round(level * 100)}
              onChange={(_, value) => volumes.set(account, { level: value / 100 })}
              disabled={muted}
              step={5}
              getAriaLabel={() => t('volume.of', { name })}
              getAriaValueText={(value) => t('volume.percent', { value })}
              valueLabelDisplay="auto"
              valueLabelFormat={(value) => t('volume.percent', { value })}
              data-testid="volume"
            />
          </Box>
        </>
      )}
      <FormControlLabel
        control={<Switch checked={muted} onChange={(_, checked) => volumes.set(account, { muted: checked })} slotProps={{ input: { 'data-testid': 'mute-for-me' } as React.InputHTMLAttributes<HTMLInputElement> }} />}
        label={t('volume.muteForMe')}
        labelPlacement="start"
        sx={{ mx: 0, minHeight: 44, width: '100%', justifyContent: 'space-between' }}
      />
    </Box>
  );
}
