import TextField from '@mui/material/TextField';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../ui/store';
import { effectChoices, type NoiseChoice } from './effectChoice';
import { noiseChoices, possibleNoise } from './noise';
import { prepareNoise } from './rnnoise';

/** How much of the noise around the person is taken away. */
export function NoiseField({ onChange }: { onChange: (choice: NoiseChoice) => void }) {
  const { t } = useTranslation();
  const { noise } = useStore(effectChoices.state);
  const choices = noiseChoices();
  const shown = possibleNoise(noise);
  // While it is being chosen is the time to fetch what the choice needs: in the call nothing should have to be waited for.
  useEffect(() => {
    if (choices.includes('strong')) prepareNoise().catch(() => undefined);
  }, [choices]);
  return (
    <TextField
      select
      size="small"
      fullWidth
      id="choose-noise"
      label={t('effects.noise')}
      value={shown}
      onChange={(event) => {
        const choice = choices.find((possible) => possible === event.target.value);
        if (choice !== undefined) onChange(choice);
      }}
      helperText={t(`effects.noiseHint.${shown}`)}
      slotProps={{
        select: { native: true },
        inputLabel: { shrink: true },
        htmlInput: { 'data-testid': 'choose-noise' },
      }}
      sx={{ '& select': { minHeight: 28 } }}
    >
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {t(`effects.noiseChoice.${choice}`)}
        </option>
      ))}
    </TextField>
  );
}
