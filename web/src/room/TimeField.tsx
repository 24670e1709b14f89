import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import { CloseIcon } from '../ui/icons';
import { fromField, zoneName } from './localTime';
import { useNow } from './now';

interface Props {
  label: string;
  name: string;
  /** As the browser's own field has it. */
  value: string;
  onChange: (value: string) => void;
  disabled?: boolean;
  problem?: string | undefined;
}

/** Date and time by the browser's own field, which every phone knows best; says in which zone it is meant. */
export function TimeField({ label, name, value, onChange, disabled = false, problem }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  const at = fromField(value);
  const passed = typeof at === 'string' && new Date(at) < now;
  const hint = t(passed ? 'room.settings.scheduledPast' : 'room.settings.scheduledHint', { zone: zoneName() });
  return (
    <TextField
      label={label}
      name={name}
      type="datetime-local"
      value={value}
      disabled={disabled}
      error={problem !== undefined}
      helperText={problem ?? hint}
      onChange={(event) => onChange(event.target.value)}
      sx={{ maxWidth: { sm: 420 } }}
      slotProps={{
        inputLabel: { shrink: true },
        formHelperText: { disabled: false, 'aria-live': 'polite' } as object,
        htmlInput: { max: '9999-12-31T23:59', 'data-testid': `time-${name}` },
        input: {
          endAdornment:
            value === '' || disabled ? undefined : (
              <InputAdornment position="end">
                <IconButton edge="end" aria-label={t('room.settings.clearTime')} onClick={() => onChange('')}>
                  <CloseIcon fontSize="small" />
                </IconButton>
              </InputAdornment>
            ),
        },
      }}
    />
  );
}
