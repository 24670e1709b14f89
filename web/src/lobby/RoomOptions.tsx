import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Collapse from '@mui/material/Collapse';
import { useId, useState } from 'react';
import { useController, useWatch, type Control } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { TimeField } from '../room/TimeField';
import { SwitchRow } from '../settings/SwitchRow';
import { ChevronDownIcon } from '../ui/icons';
import type { NewRoomForm } from './schema';

/** What few need at once, behind a button: a time, guests, a waiting room. All of it can be changed later. */
export function RoomOptions({ control }: { control: Control<NewRoomForm> }) {
  const { t } = useTranslation();
  const id = useId();
  const [open, setOpen] = useState(false);
  const { field: time, fieldState } = useController({ control, name: 'scheduledOn' });
  const { field: guests } = useController({ control, name: 'allowGuests' });
  const { field: waiting } = useController({ control, name: 'waitingRoom' });
  const type = useWatch({ control, name: 'typeOf' });
  return (
    <Box>
      <Button
        onClick={() => setOpen(!open)}
        aria-expanded={open}
        aria-controls={id}
        endIcon={<ChevronDownIcon sx={{ transition: 'transform 160ms', transform: open ? 'rotate(180deg)' : 'none' }} />}
        data-testid="room-options"
        sx={{ ml: -1, px: 1 }}
      >
        {t('create.options')}
      </Button>
      <Collapse in={open} id={id} unmountOnExit>
        <Box sx={{ pt: 1.5 }}>
          <TimeField label={t('room.settings.scheduledOn')} name="scheduledOn" value={time.value} onChange={time.onChange} problem={fieldState.error?.message} />
          <SwitchRow label={t('room.settings.guests')} hint={t(`room.settings.guestsHint.${type}`)} checked={guests.value} onChange={guests.onChange} testId="option-guests" />
          <SwitchRow label={t('room.settings.waitingRoom')} hint={t('room.settings.waitingRoomHint')} checked={waiting.value} onChange={waiting.onChange} testId="option-waiting-room" />
        </Box>
      </Collapse>
    </Box>
  );
}
