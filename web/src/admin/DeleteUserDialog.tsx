import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import { useTranslation } from 'react-i18next';
import type { ListedUser } from '../api/admin';
import { fullName } from './format';
import { api, useAct, useRoomsOf } from './useAdmin';

/** So many are named; a list that nobody reads to its end warns nobody. */
const NAMED = 50;

interface Props {
  open: boolean;
  user: ListedUser | undefined;
  onClose: () => void;
}

/** Asks before an account is deleted, and names the rooms that go with it. */
export function DeleteUserDialog({ open, user, onClose }: Props) {
  const { t } = useTranslation();
  const remove = useAct((gone: ListedUser) => api.deleteUser(gone.id), (gone) => t('admin.users.deleted', { name: fullName(gone) }));
  const name = user === undefined ? '' : fullName(user);
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="delete-user-title" data-testid="delete-user">
      <DialogTitle id="delete-user-title">{t('admin.users.confirm.delete.title', { name })}</DialogTitle>
      <DialogContent>
        <DialogContentText>{t('admin.users.confirm.delete.body')}</DialogContentText>
        {user !== undefined && <DoomedRooms user={user} ask={open} />}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={onClose} autoFocus>
          {t('action.cancel')}
        </Button>
        <Button
          variant="contained"
          color="error"
          loading={remove.isPending}
          onClick={() => user !== undefined && remove.mutate(user, { onSettled: onClose })}
          data-testid="delete-user-confirm"
        >
          {t('admin.users.delete')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function DoomedRooms({ user, ask }: { user: ListedUser; ask: boolean }) {
  const { t } = useTranslation();
  const list = useRoomsOf(ask && user.rooms > 0 ? user.id : undefined);
  if (user.rooms === 0) return <DialogContentText sx={{ mt: 1.5 }}>{t('admin.users.confirm.delete.noRooms')}</DialogContentText>;
  if (list.error !== null) return <DialogContentText sx={{ mt: 1.5 }}>{t('admin.users.confirm.delete.roomsUnknown')}</DialogContentText>;
  const rooms = list.data?.length ?? user.rooms;
  const more = rooms - NAMED;
  return (
    <Box sx={{ mt: 1.5 }}>
      <DialogContentText sx={{ fontWeight: 560, color: 'text.primary' }}>{t('admin.users.confirm.delete.rooms', { count: rooms })}</DialogContentText>
      {list.data === undefined ? (
        <CircularProgress size={22} aria-label={t('admin.loading')} sx={{ m: 1 }} />
      ) : (
        <Box component="ul" data-testid="doomed-rooms" sx={{ m: 0, mt: 0.5, paddingInlineStart: 2.5, maxHeight: 200, overflowY: 'auto' }}>
          {list.data.slice(0, NAMED).map(({ id, title }) => (
            <Box component="li" key={id} sx={{ py: 0.25, overflowWrap: 'anywhere' }}>
              <bdi>{title}</bdi>
            </Box>
          ))}
          {more > 0 && (
            <Box component="li" sx={{ color: 'text.secondary' }}>
              {t('admin.users.confirm.delete.moreRooms', { count: more })}
            </Box>
          )}
        </Box>
      )}
    </Box>
  );
}
