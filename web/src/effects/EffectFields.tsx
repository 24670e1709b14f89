import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import { BackgroundField } from './BackgroundField';
import type { BackgroundChoice } from './background/backgrounds';
import type { NoiseChoice } from './effectChoice';
import { NoiseField } from './NoiseField';

interface Props {
  onNoise: (choice: NoiseChoice) => void;
  onBackground: (choice: BackgroundChoice) => void;
}

/** What happens to the own sound and picture before the others hear and see it. */
export function EffectFields({ onNoise, onBackground }: Props) {
  const { t } = useTranslation();
  return (
    <Box role="group" aria-label={t('effects.title')} data-testid="effect-fields" sx={{ display: 'flex', flexDirection: 'column', gap: 1.75 }}>
      <BackgroundField onChange={onBackground} />
      <NoiseField onChange={onNoise} />
    </Box>
  );
}
