import Box from '@mui/material/Box';
import type { SectionProps } from '../settings/sections';
import { EffectFields } from './EffectFields';

/** The effects among the settings in the call. */
export function EffectsSection({ session: { effects } }: SectionProps) {
  return (
    <Box sx={{ pt: 1, maxWidth: 440 }}>
      <EffectFields onNoise={(noise) => effects.setNoise(noise)} onBackground={(background) => effects.setBackground(background)} />
    </Box>
  );
}
