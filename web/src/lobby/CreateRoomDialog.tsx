import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import MenuItem from '@mui/material/MenuItem';
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { statusOf } from '../api/errors';
import { ROOM_TYPES } from '../api/rooms';
import { fromField } from '../room/localTime';
import { FormField } from '../ui/fields';
import { showServerErrors } from '../ui/serverErrors';
import { toasts } from '../ui/toasts';
import { DESCRIPTION_MAX, newRoomSchema, TITLE_MAX, type NewRoomForm } from './schema';
import { RoomOptions } from './RoomOptions';
import { useCreateRoom } from './useRooms';

export default function CreateRoomDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const create = useCreateRoom();
  const { control, handleSubmit, reset, setError, formState } = useForm<NewRoomForm>({
    resolver: zodResolver(newRoomSchema),
    mode: 'onChange',
    defaultValues: { title: '', description: '', typeOf: 'OTA', allowGuests: false, waitingRoom: false, scheduledOn: '' },
  });
  // Read at every render: the form keeps up to date only what has been read.
  const { isDirty, isValid, isSubmitting, errors } = formState;
  const type = useWatch({ control, name: 'typeOf' });
  const submit = handleSubmit(async (form) => {
    try {
      await create.mutateAsync({ ...form, scheduledOn: fromField(form.scheduledOn) ?? null });
      toasts.show('success', t('toast.roomCreated'));
      reset();
      onClose();
    } catch (error) {
      if (statusOf(error) === 401) {
        toasts.show('error', t('toast.notLoggedIn'));
        onClose();
        return;
      }
      showServerErrors(error, ['title', 'description', 'typeOf', 'scheduledOn'], setError, t);
    }
  });
  const problem = errors.root?.message;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      fullWidth
      maxWidth="sm"
      aria-labelledby="new-room"
      data-testid="create-dialog"
    >
      <Box component="form" noValidate onSubmit={submit} sx={{ display: 'flex', flexDirection: 'column', minHeight: 0 }}>
      <DialogTitle id="new-room" sx={{ fontSize: '1.375rem', fontWeight: 680, letterSpacing: '-0.02em' }}>
        {t('create.title')}
      </DialogTitle>
      <DialogContent sx={{ display: 'flex', flexDirection: 'column', gap: 2.25, pt: '8px !important' }}>
        <FormField control={control} name="title" limit={TITLE_MAX} label={t('create.name')} required autoFocus autoComplete="off" />
        <FormField control={control} name="description" limit={DESCRIPTION_MAX} label={t('create.description')} multiline rows={3} />
        <FormField control={control} name="typeOf" select label={t('create.type')} helperText={t(`create.typeHint.${type}`)} data-testid="room-type-field">
          {ROOM_TYPES.map((value) => (
            <MenuItem key={value} value={value} data-testid={`room-type-${value}`}>
              {t(`lobby.type.${value}`)}
            </MenuItem>
          ))}
        </FormField>
        <RoomOptions control={control} />
        {problem !== undefined && <Alert severity="error">{problem}</Alert>}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button
          type="submit"
          variant="contained"
          loading={isSubmitting}
          disabled={!isDirty || !isValid}
          data-testid="create-submit"
        >
          {t('create.submit')}
        </Button>
      </DialogActions>
      </Box>
    </Dialog>
  );
}
