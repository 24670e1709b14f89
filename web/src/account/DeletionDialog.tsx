// Before an account is deleted: what goes with it, by name, and the password.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { zodResolver } from '@hookform/resolvers/zod';
import { useId } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { PasswordField } from '../ui/fields';
import { showServerErrors } from '../ui/serverErrors';
import { Spinner } from '../ui/Spinner';
import { deletionSchema, type DeletionForm } from './schemas';
import { useDeleteAccount, useOwnRooms } from './useOwnAccount';

interface Props {
  email: string;
  onDeleted: () => void;
  onClose: () => void;
}

export function DeletionDialog({ email, onDeleted, onClose }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const remove = useDeleteAccount();
  const { control, handleSubmit, setError, formState } = useForm<DeletionForm>({ resolver: zodResolver(deletionSchema), mode: 'onTouched', defaultValues: { password: '' } });
  // Read at every render: the form keeps up to date only what has been read.
  const { isValid, isSubmitting, errors } = formState;
  const submit = handleSubmit(async ({ password }) => {
    try {
      await remove.mutateAsync(password);
      onDeleted();
    } catch (error) {
      showServerErrors(error, ['password'], setError, t);
    }
  });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby={id} data-testid="deletion-dialog">
      <Box component="form" noValidate onSubmit={submit} sx={{ display: 'flex', flexDirection: 'column', minHeight: 0 }}>
        <DialogTitle id={id}>{t('account.deletion.title')}</DialogTitle>
        <DialogContent sx={{ display: 'flex', flexDirection: 'column', gap: 2 }}>
          <Typography>{t('account.deletion.body')}</Typography>
          <DoomedRooms />
          <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
          <PasswordField control={control} name="password" label={t('account.deletion.password')} autoComplete="current-password" required autoFocus sx={{ mt: 1 }} />
          {errors.root?.message !== undefined && (
            <Alert severity="error" data-testid="form-error">
              {errors.root.message}
            </Alert>
          )}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5 }}>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" variant="contained" color="error" loading={isSubmitting} disabled={!isValid} data-testid="deletion-submit">
            {t('account.deletion.submit')}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}

/** The rooms that go with the account. */
function DoomedRooms() {
  const { t } = useTranslation();
  const { data: rooms, isError } = useOwnRooms(true);
  if (isError) return <Alert severity="warning">{t('account.deletion.roomsFailed')}</Alert>;
  if (rooms === undefined) return <Spinner label={t('account.deletion.roomsLoading')} />;
  if (rooms.length === 0) return <Typography sx={{ color: 'text.secondary' }}>{t('account.deletion.noRooms')}</Typography>;
  const warning = t('account.deletion.rooms', { count: rooms.length });
  return (
    <Alert severity="warning" sx={{ '& .MuiAlert-message': { minWidth: 0, flex: 1 } }}>
      {warning}
      <Box
        component="ul"
        aria-label={warning}
        // Many rooms scroll, by keyboard too.
        tabIndex={0}
        data-testid="doomed-rooms"
        sx={{ m: 0, my: 1, paddingInlineStart: 2.5, maxHeight: 180, overflowY: 'auto', overflowWrap: 'anywhere', fontWeight: 600 }}
      >
        {rooms.map(({ id, title }) => (
          <li key={id}>
            <bdi>{title}</bdi>
          </li>
        ))}
      </Box>
      {t('account.deletion.handOver')}
    </Alert>
  );
}
