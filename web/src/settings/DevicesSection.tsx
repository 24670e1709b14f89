import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import { DeviceFields } from '../devices/DeviceFields';
import { LevelMeter } from '../devices/LevelMeter';
import { useStore } from '../ui/store';
import type { SectionProps } from './sections';

export function DevicesSection({ session: { devices } }: SectionProps) {
  const { t } = useTranslation();
  const { camera, microphone } = useStore(devices.state);
  return (
    <Box sx={{ pt: 1 }}>
      <DeviceFields
        inUse={{ camera: camera?.id, microphone: microphone?.id }}
        onChoose={(kind, id) => devices.choose(kind, id)}
        belowMicrophone={microphone === undefined ? <Box sx={{ color: 'text.secondary', fontSize: '0.88rem' }}>{t('deviceChoice.noLevel')}</Box> : <LevelMeter track={microphone.track} />}
      />
    </Box>
  );
}
