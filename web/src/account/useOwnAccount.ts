// The server's data behind the account's page, and what changes it. All of it belongs to whoever is logged in: the keys name them.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { account, session } from '../api';
import type { AccountChanges, Login } from '../api/account';
import { ROOMS } from '../lobby/useRooms';
import { useStore } from '../ui/store';

const ACCOUNT = 'ownAccount';

/** Logins that begin and end elsewhere show up after this time at the latest, and so does the end of this one. */
const REFRESH_MS = 15_000;

function useKey(what: string): readonly string[] {
  const state = useStore(session.state);
  return [ACCOUNT, state.status === 'signedIn' ? state.user.id : '', what];
}

export function useOwnAccount() {
  return useQuery({ queryKey: useKey('account'), queryFn: ({ signal }) => account.read(signal), refetchOnWindowFocus: true });
}

export function useEditAccount() {
  const client = useQueryClient();
  const queryKey = useKey('account');
  return useMutation({ mutationFn: (changes: AccountChanges) => account.edit(changes), onSuccess: (edited) => client.setQueryData(queryKey, edited) });
}

export function useChangePassword() {
  const client = useQueryClient();
  const queryKey = useKey('logins');
  return useMutation({
    mutationFn: ({ password, newPassword }: { password: string; newPassword: string }) => account.changePassword(password, newPassword),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
}

export function useLogins() {
  return useQuery({ queryKey: useKey('logins'), queryFn: ({ signal }) => account.logins(signal), refetchInterval: REFRESH_MS, refetchOnWindowFocus: 'always' });
}

/** Ends these logins, one after another. */
export function useEndLogins() {
  const client = useQueryClient();
  const queryKey = useKey('logins');
  return useMutation({
    mutationFn: async (logins: readonly Login[]) => {
      for (const { id } of logins) await account.endLogin(id);
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}

export function useOwnRooms(wanted: boolean) {
  return useQuery({ queryKey: useKey('rooms'), queryFn: ({ signal }) => account.rooms(signal), enabled: wanted, staleTime: 0 });
}

export function useExport() {
  return useMutation({ mutationFn: () => account.export() });
}

export function useDeleteAccount() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (password: string) => account.delete(password),
    onSuccess: () => client.invalidateQueries({ queryKey: [ROOMS] }),
  });
}
