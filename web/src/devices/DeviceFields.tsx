import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SoundIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { deviceChoices } from './deviceChoice';
import { deviceList, standing, type Device, type DeviceSort } from './deviceList';
import type { DeviceKind } from './devices';
import { playTestSound } from './speaker';

interface Props {
  /** The ids of the devices that run now. */
  inUse: Partial<Record<DeviceKind, string | undefined>>;
  onChoose: (kind: DeviceKind, id: string) => void;
  /** What stands below the choice of microphone. */
  belowMicrophone?: ReactNode;
}

/** The choice of camera, microphone and speaker, as far as there is something to choose. */
export function DeviceFields({ inUse, onChoose, belowMicrophone }: Props) {
  const { t } = useTranslation();
  const devices = useStore(deviceList.state);
  const choice = useStore(deviceChoices.state);
  const { camera, microphone } = inUse;
  useEffect(() => deviceList.watch(), []);
  // The browser tells names only once a device was allowed.
  useEffect(() => void deviceList.refresh(), [camera, microphone]);
  const speaker = standing(devices.speaker, choice.speaker);
  return (
    <Box role="group" aria-label={t('deviceChoice.title')} data-testid="device-fields" sx={{ display: 'flex', flexDirection: 'column', gap: 1.75 }}>
      <DeviceField sort="camera" devices={devices.camera} value={standing(devices.camera, choice.camera, camera)} onChange={(id) => onChoose('camera', id)} />
      <DeviceField sort="microphone" devices={devices.microphone} value={standing(devices.microphone, choice.microphone, microphone)} onChange={(id) => onChoose('microphone', id)} />
      {belowMicrophone}
      {devices.speaker.length > 0 && (
        <>
          <DeviceField sort="speaker" devices={devices.speaker} value={speaker} onChange={(id) => deviceChoices.remember({ speaker: id })} />
          <TestSound speaker={speaker} />
        </>
      )}
    </Box>
  );
}

interface FieldProps {
  sort: DeviceSort;
  devices: readonly Device[];
  value: string | undefined;
  onChange: (id: string) => void;
}

function DeviceField({ sort, devices, value, onChange }: FieldProps) {
  const { t } = useTranslation();
  if (devices.length === 0) return null;
  return (
    <TextField
      select
      size="small"
      fullWidth
      id={`choose-${sort}`}
      label={t(`deviceChoice.${sort}`)}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{
        select: { native: true },
        inputLabel: { shrink: true },
        htmlInput: { 'data-testid': `choose-${sort}` },
      }}
      sx={{ '& select': { minHeight: 28, textOverflow: 'ellipsis' } }}
    >
      {devices.map((device, index) => (
        <option key={device.id} value={device.id}>
          {device.label === '' ? t(`deviceChoice.${sort}Number`, { number: index + 1 }) : device.label}
        </option>
      ))}
    </TextField>
  );
}

function TestSound({ speaker }: { speaker: string | undefined }) {
  const { t } = useTranslation();
  const [playing, setPlaying] = useState(false);
  const play = () => {
    setPlaying(true);
    playTestSound(speaker)
      .catch(() => undefined)
      .finally(() => setPlaying(false));
  };
  return (
    <Button startIcon={<SoundIcon />} onClick={play} disabled={playing} data-testid="test-sound" sx={{ alignSelf: 'start', minHeight: 44 }}>
      {t(playing ? 'deviceChoice.testPlaying' : 'deviceChoice.test')}
    </Button>
  );
}
