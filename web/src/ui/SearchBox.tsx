import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import type { SxProps } from '@mui/material/styles';
import { CloseIcon, SearchIcon } from './icons';

/** As much as the server takes. */
const MAX_SEARCH = 200;

interface Props {
  value: string;
  onChange: (value: string) => void;
  /** What is searched; stands in the empty box. */
  label: string;
  clearLabel: string;
  sx?: SxProps;
}

export function SearchBox({ value, onChange, label, clearLabel, sx }: Props) {
  return (
    <TextField
      size="small"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      placeholder={label}
      sx={[{ '& .MuiInputBase-root': { minHeight: 44, bgcolor: 'background.paper' } }, sx === undefined ? {} : sx] as SxProps}
      slotProps={{
        htmlInput: { dir: 'auto', 'aria-label': label, 'data-testid': 'search', maxLength: MAX_SEARCH, type: 'text', enterKeyHint: 'search' },
        input: {
          startAdornment: (
            <InputAdornment position="start">
              <SearchIcon fontSize="small" />
            </InputAdornment>
          ),
          endAdornment:
            value === '' ? undefined : (
              <InputAdornment position="end">
                <IconButton edge="end" aria-label={clearLabel} onClick={() => onChange('')}>
                  <CloseIcon fontSize="small" />
                </IconButton>
              </InputAdornment>
            ),
        },
      }}
    />
  );
}
