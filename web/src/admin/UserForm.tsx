import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import { zodResolver } from '@hookform/resolvers/zod';
import { useQueryClient } from '@tanstack/react-query';
import { useController, useForm, type Control } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { LIMITS, personSchema, type PersonForm } from '../account/schemas';
import type { ListedUser, PasswordLink, User } from '../api/admin';
import { SwitchRow } from '../settings/SwitchRow';
import { FormField } from '../ui/fields';
import { showServerErrors } from '../ui/serverErrors';
import { toasts } from '../ui/toasts';
import { fullName } from './format';
import { ADMIN, api } from './useAdmin';
import * as z from '../zod';

const formSchema = z.extend(personSchema, { isAdmin: z.boolean() });

type Form = PersonForm & { isAdmin: boolean };

interface Props {
  open: boolean;
  /** Who is changed; without one, somebody is added. */
  user: ListedUser | undefined;
  onClose: () => void;
  onAdded: (user: User & PasswordLink) => void;
}

/** Name and address of an account. */
export function UserForm({ open, onClose, ...props }: Props) {
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="user-form-title" data-testid="user-form">
      <Fields onClose={onClose} {...props} />
    </Dialog>
  );
}

function Fields({ user, onClose, onAdded }: Omit<Props, 'open'>) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { control, handleSubmit, setError, formState } = useForm<Form>({
    resolver: zodResolver(formSchema),
    mode: 'onTouched',
    defaultValues: { firstName: user?.firstName ?? '', lastName: user?.lastName ?? '', email: user?.email ?? '', isAdmin: false },
  });
  const { isDirty, isSubmitting, errors } = formState;
  const submit = handleSubmit(async ({ isAdmin, ...person }) => {
    try {
      if (user === undefined) {
        const added = await api.addUser({ ...person, isAdmin });
        toasts.show('success', t('admin.users.added', { name: fullName(added) }));
        onAdded(added);
      } else {
        const saved = await api.changeUser(user.id, person);
        toasts.show('success', t('admin.users.saved', { name: fullName(saved) }));
      }
      void client.invalidateQueries({ queryKey: [ADMIN] });
      onClose();
    } catch (error) {
      showServerErrors(error, ['firstName', 'lastName', 'email'], setError, t);
    }
  });
  return (
    <Box component="form" noValidate onSubmit={(event) => void submit(event)} sx={{ display: 'flex', flexDirection: 'column', minHeight: 0 }}>
      <DialogTitle id="user-form-title">{user === undefined ? t('admin.users.addTitle') : t('admin.users.editTitle', { name: fullName(user) })}</DialogTitle>
      <DialogContent sx={{ display: 'flex', flexDirection: 'column', gap: 2, pt: '8px !important' }}>
        {user === undefined && <DialogContentText sx={{ fontSize: '0.95rem' }}>{t('admin.users.addHint')}</DialogContentText>}
        <FormField control={control} name="firstName" limit={LIMITS.firstName} label={t('admin.users.firstName')} autoFocus autoComplete="off" />
        <FormField control={control} name="lastName" limit={LIMITS.lastName} label={t('admin.users.lastName')} autoComplete="off" />
        <FormField control={control} name="email" limit={LIMITS.email} label={t('admin.users.email')} type="email" autoComplete="off" />
        {user === undefined && <AdministratorSwitch control={control} />}
        {errors.root?.message !== undefined && <Alert severity="error">{errors.root.message}</Alert>}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" variant="contained" loading={isSubmitting} disabled={!isDirty} data-testid="user-submit">
          {t(user === undefined ? 'admin.users.addSubmit' : 'admin.users.save')}
        </Button>
      </DialogActions>
    </Box>
  );
}

function AdministratorSwitch({ control }: { control: Control<Form> }) {
  const { t } = useTranslation();
  const { field } = useController({ control, name: 'isAdmin' });
  return <SwitchRow label={t('admin.users.asAdministrator')} hint={t('admin.users.asAdministratorHint')} checked={field.value} onChange={field.onChange} testId="user-administrator" />;
}
