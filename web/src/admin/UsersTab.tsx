import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { USER_KINDS, USER_SORTS, type ListedUser } from '../api/admin';
import { ListState } from '../room/ListState';
import { whenOf } from '../room/log';
import { useAccount } from '../room/useRoom';
import { PlusIcon } from '../ui/icons';
import { SearchBox } from '../ui/SearchBox';
import { numberIn } from '../i18n/format';
import { RowMenu } from '../ui/RowMenu';
import { Choice } from './Choice';
import { DataList, Named } from './DataList';
import { adminErrorText } from './errors';
import { day, fullName } from './format';
import { Card, Frame } from './Frame';
import { firstPlace } from './listAddress';
import { Mark, NoRows } from './marks';
import { Pager } from './Pager';
import { logOf } from './paths';
import { useChangeUser, useUsers } from './useAdmin';
import { useListAddress, useSearchBox } from './useListAddress';
import { UserDialogs, type Asking } from './UserDialogs';

/** Everyone who has an account. */
export function UsersTab() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const address = useListAddress();
  const { typed, setTyped } = useSearchBox(address);
  const sort = USER_SORTS.find((known) => known === address.sort) ?? 'newest';
  const only = USER_KINDS.find((known) => known === address.only);
  const list = useUsers({ search: address.search, only, sort, after: address.after });
  const choose = (change: { only: string } | { sort: string }) => {
    const { to, state } = firstPlace({ ...address, ...change });
    void navigate(to, { state });
  };
  const [asking, setAsking] = useState<Asking>();
  return (
    <Frame
      title={t('admin.users.heading')}
      intro={t('admin.users.intro')}
      place={address.page}
      action={
        <Button variant="contained" startIcon={<PlusIcon />} onClick={() => setAsking({ what: 'add' })} data-testid="add-user">
          {t('admin.users.add')}
        </Button>
      }
    >
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5 }}>
        <SearchBox value={typed} onChange={setTyped} label={t('admin.users.search')} clearLabel={t('admin.list.clearSearch')} sx={{ flex: '3 1 240px' }} />
        <Choice
          id="only"
          label={t('admin.users.only')}
          value={only ?? 'all'}
          options={(['all', ...USER_KINDS] as const).map((value) => ({ value, label: t(`admin.users.onlyOf.${value}`) }))}
          onChoose={(value) => choose({ only: value === 'all' ? '' : value })}
        />
        <Choice
          id="sort"
          label={t('admin.users.sort')}
          value={sort}
          options={USER_SORTS.map((value) => ({ value, label: t(`admin.users.sortOf.${value}`) }))}
          onChoose={(value) => choose({ sort: value === 'newest' ? '' : value })}
        />
      </Box>
      <ListState query={list} loading={t('admin.loading')} words={adminErrorText} />
      {list.data?.users.length === 0 && <NoRows search={address.search} page={address.page} empty={only === undefined ? t('admin.users.empty') : t('admin.list.noMatch', { search: t(`admin.users.onlyOf.${only}`) })} />}
      {list.data !== undefined && list.data.users.length > 0 && (
        <Card>
          <Rows users={list.data.users} onAsk={setAsking} />
        </Card>
      )}
      <Pager address={address} next={list.data?.next} />
      <UserDialogs asking={asking} onAsk={setAsking} />
    </Frame>
  );
}

function Rows({ users, onAsk }: { users: readonly ListedUser[]; onAsk: (asking: Asking) => void }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const own = useAccount();
  const change = useChangeUser();
  const { language } = i18n;
  const enable = (user: ListedUser) => change.mutate({ user, changes: { disabled: false }, said: t('admin.users.enabledNow', { name: fullName(user) }) });
  return (
    <DataList
      label={t('admin.users.list')}
      rows={users}
      idOf={({ id }) => id}
      testId="user"
      data={({ email, isAdmin, disabled }) => ({ 'data-email': email, 'data-administrator': isAdmin, 'data-disabled': disabled })}
      headLabel={t('admin.users.name')}
      head={(user) => (
        <Named name={String(user.id) === own ? t('admin.users.you', { name: fullName(user) }) : fullName(user)} below={user.email}>
          {user.isAdmin && <Mark label={t('admin.users.administrator')} color="primary" />}
          {user.disabled && <Mark label={t('admin.users.disabled')} color="warning" />}
        </Named>
      )}
      columns={[
        { id: 'rooms', label: t('admin.users.rooms'), figure: true, cell: ({ rooms }) => numberIn(language, rooms) },
        { id: 'created', label: t('admin.users.createdOn'), cell: ({ createdOn }) => day(createdOn, language) },
        { id: 'seen', label: t('admin.users.seenOn'), cell: ({ seenOn }) => (seenOn === null ? t('admin.users.never') : whenOf(seenOn, language)) },
      ]}
      actions={(user) => (
        <RowMenu
          label={t('admin.list.menuOf', { name: fullName(user) })}
          testId="row-menu"
          actions={[
            { testId: 'do-edit', label: t('admin.users.edit'), act: () => onAsk({ what: 'edit', user }) },
            ...(user.disabled ? [] : [{ testId: 'do-reset-link', label: t('admin.users.resetLink'), act: () => onAsk({ what: 'resetLink', user }) }]),
            user.isAdmin
              ? { testId: 'do-demote', label: t('admin.users.demote'), act: () => onAsk({ what: 'demote', user }) }
              : { testId: 'do-promote', label: t('admin.users.promote'), act: () => onAsk({ what: 'promote', user }) },
            user.disabled
              ? { testId: 'do-enable', label: t('admin.users.enable'), act: () => enable(user) }
              : { testId: 'do-disable', label: t('admin.users.disable'), act: () => onAsk({ what: 'disable', user }) },
            { testId: 'do-log', label: t('admin.users.showLog'), act: () => void navigate(logOf(user.id)) },
            { testId: 'do-delete', label: t('admin.users.delete'), act: () => onAsk({ what: 'delete', user }), harmful: true },
          ]}
        />
      )}
    />
  );
}
