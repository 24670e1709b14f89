import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/errors';
import type { GivenRole } from '../api/roles';
import { translateError } from '../ui/serverErrors';
import { translateSaid } from '../ui/serverWords';
import { toasts } from '../ui/toasts';
import { Section } from './Section';
import { useRoleActions } from './useRoom';

const ROLES = ['cohost', 'participant'] as const satisfies readonly GivenRole[];

/** Gives a role to somebody who is named by the address of their account. */
export function AddPerson({ room }: { room: number }) {
  const { t } = useTranslation();
  const { name } = useRoleActions(room);
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<GivenRole>('cohost');
  const [missing, setMissing] = useState(false);
  const { error } = name;
  const said = error instanceof ApiError ? error.fields.email : undefined;
  const problem = missing ? t('form.required') : said === undefined ? undefined : translateSaid(t, said);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const address = email.trim();
    setMissing(address === '');
    if (address === '') return;
    name.mutate(
      { email: address, role },
      {
        onSuccess: (given) => {
          setEmail('');
          toasts.show('success', t('room.people.added', { name: given.name, role: t(`room.people.roleWord.${role}`) }));
        },
      },
    );
  };
  return (
    <Section title={t('room.people.add')} intro={t('room.people.participantHint')}>
      <Box component="form" noValidate onSubmit={submit} data-testid="add-person" sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: 2 }}>
        <TextField
          type="email"
          label={t('room.people.email')}
          value={email}
          error={problem !== undefined}
          helperText={problem}
          autoComplete="off"
          onChange={(event) => {
            setEmail(event.target.value);
            setMissing(false);
            name.reset();
          }}
          sx={{ flex: '3 1 240px', width: 'auto' }}
          slotProps={{ htmlInput: { maxLength: 254, 'data-testid': 'add-email' }, formHelperText: { 'aria-live': 'polite' } as object }}
        />
        <TextField
          select
          label={t('room.people.role')}
          value={role}
          onChange={(event) => setRole(ROLES.find((value) => value === event.target.value) ?? role)}
          data-testid="add-role"
          sx={{ flex: '1 1 150px', width: 'auto' }}
        >
          {ROLES.map((value) => (
            <MenuItem key={value} value={value} data-testid={`add-as-${value}`}>
              {t(`room.role.${value}`)}
            </MenuItem>
          ))}
        </TextField>
        <Button type="submit" variant="contained" loading={name.isPending} data-testid="add-submit" sx={{ minHeight: 56, flex: { xs: '1 1 100%', sm: 'none' } }}>
          {t('room.people.submit')}
        </Button>
        {error !== null && said === undefined && (
          <Alert severity="error" sx={{ flex: '1 1 100%' }}>
            {translateError(t, error)}
          </Alert>
        )}
      </Box>
    </Section>
  );
}
