import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';

interface Props {
  /** Stands for it in tests. */
  id: string;
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChoose: (value: string) => void;
}

/** What a list shows, or in which order: one of a few. */
export function Choice({ id, label, value, options, onChoose }: Props) {
  return (
    <TextField
      select
      size="small"
      label={label}
      value={value}
      onChange={(event) => onChoose(event.target.value)}
      data-testid={id}
      sx={{ flex: '1 1 130px', '& .MuiInputBase-root': { minHeight: 44, bgcolor: 'background.paper' } }}
    >
      {options.map((option) => (
        <MenuItem key={option.value} value={option.value} data-testid={`${id}-${option.value}`}>
          {option.label}
        </MenuItem>
      ))}
    </TextField>
  );
}
