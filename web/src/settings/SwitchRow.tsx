import Box from '@mui/material/Box';
import Switch from '@mui/material/Switch';
import { useId, type ReactNode } from 'react';
import { useStore } from '../ui/store';
import { preferences, type PreferenceName } from './preferences';

interface RowProps {
  label: string;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  testId: string;
}

/** A line of the settings: what it is, what follows from it, and a switch at the end. */
export function SwitchRow({ label, hint, checked, onChange, disabled = false, testId }: RowProps) {
  const id = useId();
  return (
    <Box component="label" htmlFor={id} sx={{ display: 'flex', alignItems: 'center', gap: 2, minHeight: 56, py: 0.75, cursor: disabled ? 'default' : 'pointer', opacity: disabled ? 0.6 : 1 }}>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Box sx={{ fontWeight: 560 }}>{label}</Box>
        {hint !== undefined && (
          <Box id={`${id}-hint`} sx={{ color: 'text.secondary', fontSize: '0.88rem', lineHeight: 1.4 }}>
            {hint}
          </Box>
        )}
      </Box>
      <Switch
        id={id}
        checked={checked}
        disabled={disabled}
        onChange={(_, on) => onChange(on)}
        slotProps={{ input: { role: 'switch', 'aria-label': label, ...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` }), ...{ 'data-testid': testId } } }}
      />
    </Box>
  );
}

/** A row for one of the preferences. */
export function PreferenceRow({ name, label, hint, disabled = false }: { name: PreferenceName; label: string; hint?: ReactNode; disabled?: boolean }) {
  const checked = useStore(preferences.state)[name];
  return <SwitchRow label={label} hint={hint} checked={checked} disabled={disabled} onChange={(on) => preferences.set(name, on)} testId={`prefer-${name}`} />;
}
