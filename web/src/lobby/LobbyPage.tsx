import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Container from '@mui/material/Container';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import MuiLink from '@mui/material/Link';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { session } from '../api';
import { statusOf } from '../api/errors';
import type { Room } from '../api/rooms';
import { PlusIcon } from '../ui/icons';
import { SearchBox } from '../ui/SearchBox';
import { translateError } from '../ui/serverErrors';
import { Shell } from '../ui/Shell';
import { Spinner } from '../ui/Spinner';
import { useStore } from '../ui/store';
import { toasts } from '../ui/toasts';
import { useSettled } from '../ui/useSettled';
import { Mark } from '../ui/Wordmark';
import { RoomRow } from './RoomRow';
import { useDeleteRoom, useRooms } from './useRooms';

const CreateRoomDialog = lazy(() => import('./CreateRoomDialog'));

/** Typing rests this long before the search is sent. */
const SEARCH_DELAY_MS = 200;

export function LobbyPage() {
  const { t } = useTranslation();
  const state = useStore(session.state);
  const user = state.status === 'signedIn' ? state.user : undefined;
  const [typed, setTyped] = useState('');
  const search = useSettled(typed.trim(), SEARCH_DELAY_MS);
  const [creating, setCreating] = useState<'never' | 'open' | 'closed'>('never');
  const [doomed, setDoomed] = useState<Room>();

  return (
    <Shell title={t('nav.lobby')}>
      <Container maxWidth="md" sx={{ flex: 1, display: 'flex', flexDirection: 'column', py: { xs: 2.5, sm: 5 }, px: { xs: 2, sm: 3 } }}>
        <Box sx={{ display: 'flex', gap: 2, alignItems: { sm: 'flex-end' }, flexDirection: { xs: 'column', sm: 'row' }, mb: { xs: 2, sm: 3 } }}>
          <Box sx={{ flex: 1 }}>
            <Typography variant="h1">{t('lobby.heading')}</Typography>
            <Typography sx={{ color: 'text.secondary', mt: 0.5 }}>{t('lobby.subheading')}</Typography>
          </Box>
          <Box sx={{ display: 'flex', gap: 1 }}>
            <SearchBox value={typed} onChange={setTyped} label={t('lobby.search')} clearLabel={t('lobby.clearSearch')} sx={{ width: { sm: 280 } }} />
            {user !== undefined && (
              <Tooltip title={t('lobby.create')}>
                <Button
                  variant="contained"
                  aria-label={t('lobby.create')}
                  onClick={() => setCreating('open')}
                  data-testid="create-room"
                  sx={{ minWidth: 44, px: 1.25, flex: 'none' }}
                >
                  <PlusIcon />
                </Button>
              </Tooltip>
            )}
          </Box>
        </Box>
        {user === undefined && (
          <Alert severity="info" data-testid="anonymous-hint" icon={false} sx={{ mb: 2, borderRadius: 3, color: 'text.primary', bgcolor: (theme) => `color-mix(in srgb, ${theme.vars.palette.primary.main} 6%, transparent)` }}>
            <Trans i18nKey="lobby.anonymous" components={{ login: <MuiLink component={Link} to="/login" />, register: <MuiLink component={Link} to="/register" /> }} />
          </Alert>
        )}
        <RoomList search={search} userId={user?.id} onDelete={setDoomed} />
      </Container>
      <Suspense>
        {creating !== 'never' && <CreateRoomDialog open={creating === 'open'} onClose={() => setCreating('closed')} />}
      </Suspense>
      <DeleteDialog room={doomed} onClose={() => setDoomed(undefined)} />
    </Shell>
  );
}

interface ListProps {
  search: string;
  userId: string | undefined;
  onDelete: (room: Room) => void;
}

function RoomList({ search, userId, onDelete }: ListProps) {
  const { t } = useTranslation();
  const list = useRooms(search);
  const problem = list.error === null ? undefined : translateError(t, list.error);
  useEffect(() => {
    if (problem !== undefined) toasts.show('error', problem);
  }, [problem, list.errorUpdatedAt]);

  if (list.data === undefined) {
    if (problem === undefined) return <Spinner label={t('lobby.loading')} testId="rooms-loading" />;
    return (
      <Alert
        severity="error"
        data-testid="rooms-error"
        action={
          <Button color="inherit" onClick={() => list.refetch()}>
            {t('action.retry')}
          </Button>
        }
      >
        {problem}
      </Alert>
    );
  }
  const rooms = list.data.pages.flat();
  if (rooms.length === 0) return <Empty search={search} signedIn={userId !== undefined} />;
  return (
    <>
      <Box component="ul" aria-label={t('lobby.list')} data-testid="room-list" sx={{ listStyle: 'none', m: 0, p: 0, display: 'flex', flexDirection: 'column', gap: 1.25 }}>
        {rooms.map((room) => (
          <RoomRow key={room.id} room={room} userId={userId} onDelete={onDelete} />
        ))}
      </Box>
      {list.hasNextPage && (
        <Button onClick={() => list.fetchNextPage()} loading={list.isFetchingNextPage} sx={{ alignSelf: 'center', mt: 2 }}>
          {t('lobby.more')}
        </Button>
      )}
    </>
  );
}

function Empty({ search, signedIn }: { search: string; signedIn: boolean }) {
  const { t } = useTranslation();
  return (
    <Box data-testid="rooms-empty" sx={{ flex: 1, display: 'flex', flexDirection: 'column', alignItems: 'center', justifyContent: 'center', gap: 1.5, py: 6, textAlign: 'center' }}>
      <Box sx={{ opacity: 0.55 }}>
        <Mark size={88} />
      </Box>
      <Typography variant="h2" sx={{ mt: 1 }}>
        {search === '' ? t('lobby.empty') : t('lobby.noMatch', { search })}
      </Typography>
      {search === '' && <Typography sx={{ color: 'text.secondary' }}>{t(signedIn ? 'lobby.emptyHint' : 'lobby.emptyHintAnonymous')}</Typography>}
    </Box>
  );
}

function DeleteDialog({ room, onClose }: { room: Room | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useDeleteRoom();
  // Keeps the words in place while the dialog fades out.
  const [shown, setShown] = useState(room);
  if (room !== undefined && room !== shown) setShown(room);
  const confirm = async () => {
    if (room === undefined) return;
    try {
      await remove.mutateAsync(room.id);
      toasts.show('success', t('toast.roomDeleted'));
    } catch (error) {
      // Someone was faster: gone is gone.
      if (statusOf(error) === 404) toasts.show('success', t('toast.roomDeleted'));
      else toasts.show('error', translateError(t, error));
    }
    onClose();
  };
  return (
    <Dialog open={room !== undefined} onClose={onClose} aria-labelledby="delete-title" data-testid="delete-dialog">
      <DialogTitle id="delete-title">{t('lobby.confirmDelete.title', { title: shown?.title ?? '' })}</DialogTitle>
      <DialogContent>
        <DialogContentText>{t('lobby.confirmDelete.body')}</DialogContentText>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={onClose} autoFocus>
          {t('action.cancel')}
        </Button>
        <Button variant="contained" color="error" onClick={confirm} loading={remove.isPending} data-testid="confirm-delete">
          {t('lobby.delete')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
