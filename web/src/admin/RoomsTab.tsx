import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { ListedRoom } from '../api/admin';
import { ConfirmDialog } from '../host/ConfirmDialog';
import { roomPath } from '../lobby/roomView';
import { ListState } from '../room/ListState';
import { SearchBox } from '../ui/SearchBox';
import { numberIn } from '../i18n/format';
import { RowMenu } from '../ui/RowMenu';
import { DataList, Named } from './DataList';
import { adminErrorText } from './errors';
import { day } from './format';
import { Card, Frame } from './Frame';
import { Mark, NoRows } from './marks';
import { Pager } from './Pager';
import { adminPath } from './paths';
import { api, useAct, useRooms } from './useAdmin';
import { useListAddress, useSearchBox } from './useListAddress';

/** All rooms, whoever owns them. */
export function RoomsTab() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const address = useListAddress();
  const { typed, setTyped } = useSearchBox(address);
  const list = useRooms({ search: address.search, after: address.after });
  const [doomed, setDoomed] = useState<ListedRoom>();
  const [shown, setShown] = useState(doomed);
  if (doomed !== undefined && doomed !== shown) setShown(doomed);
  const remove = useAct((room: ListedRoom) => api.deleteRoom(room.id), ({ title }) => t('admin.rooms.deleted', { title }));
  const rooms = list.data?.rooms ?? [];
  return (
    <Frame title={t('admin.rooms.heading')} intro={t('admin.rooms.intro')} place={address.page}>
      <SearchBox value={typed} onChange={setTyped} label={t('admin.rooms.search')} clearLabel={t('admin.list.clearSearch')} />
      <ListState query={list} loading={t('admin.loading')} words={adminErrorText} />
      {list.data !== undefined && rooms.length === 0 && (
        <NoRows search={address.search} page={address.page} empty={t('admin.rooms.empty')} hint={t('admin.rooms.emptyHint')} />
      )}
      {rooms.length > 0 && (
        <Card>
          <DataList
            label={t('admin.rooms.list')}
            rows={rooms}
            idOf={({ id }) => id}
            testId="room"
            data={({ id }) => ({ 'data-room': id })}
            headLabel={t('admin.rooms.title')}
            head={(room) => (
              <Named name={room.title} below={room.ownerName}>
                {room.locked && <Mark label={t('admin.rooms.locked')} color="warning" />}
              </Named>
            )}
            columns={[
              { id: 'kind', label: t('admin.rooms.kind'), cell: ({ typeOf }) => t(`lobby.type.${typeOf === 'OTA' || typeOf === 'IO' ? typeOf : 'unknown'}`) },
              { id: 'limit', label: t('admin.rooms.limit'), figure: true, cell: ({ peopleLimit }) => numberIn(i18n.language, peopleLimit) },
              { id: 'created', label: t('admin.rooms.createdOn'), cell: ({ createdOn }) => day(createdOn, i18n.language) },
            ]}
            actions={(room) => (
              <RowMenu
                label={t('admin.list.menuOf', { name: room.title })}
                testId="row-menu"
                actions={[
                  { testId: 'do-edit', label: t('admin.rooms.edit'), act: () => void navigate(adminPath('rooms', room.id)) },
                  { testId: 'do-open', label: t('admin.rooms.openLobby'), act: () => void navigate(roomPath(room.roomId)) },
                  { testId: 'do-delete', label: t('admin.rooms.delete'), act: () => setDoomed(room), harmful: true },
                ]}
              />
            )}
          />
        </Card>
      )}
      <Pager address={address} next={list.data?.next} />
      <ConfirmDialog
        open={doomed !== undefined}
        title={t('admin.rooms.confirm.title', { title: shown?.title ?? '' })}
        body={t('admin.rooms.confirm.body', { name: shown?.ownerName ?? '' })}
        action={t('admin.rooms.delete')}
        onConfirm={() => doomed !== undefined && remove.mutate(doomed)}
        onClose={() => setDoomed(undefined)}
      />
    </Frame>
  );
}
