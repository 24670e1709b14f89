import Button from '@mui/material/Button';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedRoom } from '../api/admin';
import { ApiError, failureFrom } from '../api/errors';
import { roomPath } from '../lobby/roomView';
import { formFor, leave } from '../room/drafts';
import { ListState } from '../room/ListState';
import type { SettingsServer } from '../room/settingsForm';
import { SettingsTab } from '../room/SettingsTab';
import { useAccount } from '../room/useRoom';
import { ButtonLink } from '../ui/ButtonLink';
import { AlertIcon } from '../ui/icons';
import { StatusPage } from '../ui/StatusPage';
import { adminErrorText } from './errors';
import { Back } from './Back';
import { Frame } from './Frame';
import { adminPath } from './paths';
import { ADMIN, api, useRoom } from './useAdmin';

const SERVER: SettingsServer = {
  change: api.changeRoom.bind(api),
  read: async (id) => {
    const room = await api.room(id);
    if (room === null) throw new ApiError(failureFrom(404, { code: 'not_found' }, null));
    return room;
  },
};

/** The settings of somebody's room: the same form that its owner has. */
export function RoomPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const number = /^\d{1,15}$/.test(id) ? Number(id) : 0;
  const room = useRoom(number);
  if (room.data === null)
    return (
      <StatusPage testId="page-room-gone" tone="error" icon={<AlertIcon />} title={t('admin.rooms.gone.title')} body={t('admin.rooms.gone.body')}>
        <ButtonLink variant="contained" to={adminPath('rooms')}>
          {t('admin.rooms.back')}
        </ButtonLink>
      </StatusPage>
    );
  if (room.data === undefined) return <ListState query={room} loading={t('admin.loading')} words={adminErrorText} />;
  return <Settings room={room.data} />;
}

function Settings({ room }: { room: ListedRoom }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const account = `admin ${useAccount()}`;
  const [form] = useState(() => formFor(account, room));
  useEffect(() => form.arrived(room), [form, room]);
  // What was typed and not saved waits for whoever comes back.
  useEffect(() => () => void leave(account, form), [account, form]);
  return (
    <Frame
      title={room.title}
      intro={t('admin.rooms.ownedBy', { name: room.ownerName })}
      back={<Back to={adminPath('rooms')} label={t('admin.rooms.back')} />}
      action={
        <Button href={roomPath(room.roomId)} target="_blank" rel="noopener" variant="outlined" data-testid="open-room">
          {t('admin.rooms.openLobby')}
        </Button>
      }
    >
      <SettingsTab form={form} owner onSaved={() => void client.invalidateQueries({ queryKey: [ADMIN] })} server={SERVER} />
    </Frame>
  );
}
