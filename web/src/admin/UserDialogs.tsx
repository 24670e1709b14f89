// What is asked before something is done to an account, and the link that is shown this once. In: what somebody wants. Out: one dialog at a time.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedUser, PasswordLink, UserChanges } from '../api/admin';
import { ConfirmDialog } from '../host/ConfirmDialog';
import { useAccount } from '../room/useRoom';
import { DeleteUserDialog } from './DeleteUserDialog';
import { fullName } from './format';
import { LinkDialog } from './LinkDialog';
import { api, useAct, useChangeUser } from './useAdmin';
import { UserForm } from './UserForm';

export type Asking =
  | { what: 'add' }
  | { what: 'edit' | 'resetLink' | 'promote' | 'demote' | 'disable' | 'delete'; user: ListedUser };

export function UserDialogs({ asking, onAsk }: { asking: Asking | undefined; onAsk: (asking: Asking | undefined) => void }) {
  const { t } = useTranslation();
  const own = useAccount();
  const [made, setMade] = useState<{ name: string; link: PasswordLink }>();
  const change = useChangeUser();
  const link = useAct((user: ListedUser) => api.passwordLink(user.id), () => undefined);
  // The words stay while a dialog fades out.
  const [shown, setShown] = useState(asking);
  if (asking !== undefined && asking !== shown) setShown(asking);
  const close = () => onAsk(undefined);
  const user = shown === undefined || shown.what === 'add' ? undefined : shown.user;
  const name = user === undefined ? '' : fullName(user);
  const is = (what: Asking['what']) => asking?.what === what;
  const set = (changes: UserChanges, said: string) => () => {
    if (user !== undefined) change.mutate({ user, changes, said });
  };
  const self = user !== undefined && String(user.id) === own;
  return (
    <>
      <UserForm
        open={is('add') || is('edit')}
        user={user}
        onClose={close}
        onAdded={(added) => setMade({ name: fullName(added), link: added })}
      />
      <ConfirmDialog
        onClose={close}
        open={is('resetLink')}
        title={t('admin.users.confirm.resetLink.title')}
        body={t('admin.users.confirm.resetLink.body', { name })}
        action={t('admin.users.resetLink')}
        harmless
        onConfirm={() => user !== undefined && link.mutate(user, { onSuccess: (answer) => setMade({ name, link: answer }) })}
      />
      <ConfirmDialog
        onClose={close}
        open={is('promote')}
        title={t('admin.users.confirm.promote.title', { name })}
        body={t('admin.users.confirm.promote.body')}
        action={t('admin.users.promote')}
        harmless
        onConfirm={set({ isAdmin: true }, t('admin.users.promoted', { name }))}
      />
      <ConfirmDialog
        onClose={close}
        open={is('demote')}
        title={t(self ? 'admin.users.confirm.demoteSelf.title' : 'admin.users.confirm.demote.title', { name })}
        body={t(self ? 'admin.users.confirm.demoteSelf.body' : 'admin.users.confirm.demote.body')}
        action={t('admin.users.demote')}
        onConfirm={set({ isAdmin: false }, t('admin.users.demoted', { name }))}
      />
      <ConfirmDialog
        onClose={close}
        open={is('disable')}
        title={t('admin.users.confirm.disable.title', { name })}
        body={t('admin.users.confirm.disable.body')}
        action={t('admin.users.disable')}
        onConfirm={set({ disabled: true }, t('admin.users.disabledNow', { name }))}
      />
      <DeleteUserDialog open={is('delete')} user={user} onClose={close} />
      <LinkDialog made={made} onClose={() => setMade(undefined)} />
    </>
  );
}
