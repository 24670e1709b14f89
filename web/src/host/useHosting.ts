// The room's lock and bans as the call's views see them, and what its host does to the call. What can be undone is shown at once and taken back
// when the server refuses it; every refusal is told in a toast.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { host, rooms } from '../api';
import type { Ban } from '../api/host';
import type { Room } from '../api/rooms';
import { translateError } from '../ui/serverErrors';
import { toasts } from '../ui/toasts';
import { hostRefusal } from './refusal';

export type HostedRoom = Pick<Room, 'id' | 'user' | 'title' | 'roomId' | 'locked'>;

/** Someone in the call, as the host acts on them. */
export interface Guest {
  account: string;
  name: string;
  identity: string;
  /** Identities of their devices whose microphone is on. */
  microphones: readonly string[];
}

/** Everyone in the call hears of a lock after this time at the latest. */
const REFRESH_MS = 15_000;

const lockKey = (room: HostedRoom) => ['roomLock', room.id];
const bansKey = (room: HostedRoom) => ['roomBans', room.id];

/** A failure to ask changes nothing: the room stays as it was last known. */
export function useLocked(room: HostedRoom): boolean {
  const { data } = useQuery({
    queryKey: lockKey(room),
    queryFn: async ({ signal }) => (await rooms.get(room.roomId, signal)).locked,
    initialData: room.locked,
    refetchInterval: REFRESH_MS,
    retry: false,
  });
  return data;
}

function useRefusal() {
  const { t } = useTranslation();
  return (error: unknown) => {
    const refusal = hostRefusal(error);
    toasts.show('error', refusal === undefined ? translateError(t, error) : t(refusal));
  };
}

export function useSetLocked(room: HostedRoom) {
  const client = useQueryClient();
  const refused = useRefusal();
  return useMutation({
    mutationFn: (locked: boolean) => host.setLocked(room.id, locked),
    onMutate: async (locked) => {
      await client.cancelQueries({ queryKey: lockKey(room) });
      client.setQueryData(lockKey(room), locked);
    },
    onError: (error, locked) => {
      client.setQueryData(lockKey(room), !locked);
      refused(error);
    },
  });
}

export function useHostActions(room: HostedRoom) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const onError = useRefusal();
  const muteAll = useMutation({
    mutationFn: () => host.mute(room.id),
    onSuccess: () => toasts.show('success', t('host.mutedAll')),
    onError,
  });
  const mute = useMutation({
    mutationFn: (guest: Guest) => Promise.all(guest.microphones.map((identity) => host.mute(room.id, identity))),
    onSuccess: (_, { name }) => toasts.show('success', t('host.muted', { name })),
    onError,
  });
  const remove = useMutation({
    mutationFn: (guest: Guest) => host.remove(room.id, guest.identity),
    onSuccess: (_, { name }) => toasts.show('success', t('host.removed', { name })),
    onError,
  });
  const ban = useMutation({
    mutationFn: (guest: Guest) => host.ban(room.id, Number(guest.account)),
    onSuccess: (_, { name }) => toasts.show('success', t('host.banned', { name })),
    onError,
    onSettled: () => client.invalidateQueries({ queryKey: bansKey(room) }),
  });
  const spotlight = useMutation({ mutationFn: (identity: string | undefined) => host.spotlight(room.id, identity), onError });
  const end = useMutation({ mutationFn: () => host.end(room.id), onError });
  return { muteAll, mute, remove, ban, spotlight, end };
}

export function useBans(room: HostedRoom, shown: boolean) {
  return useQuery({ queryKey: bansKey(room), queryFn: ({ signal }) => host.bans(room.id, signal), enabled: shown });
}

export function useUnban(room: HostedRoom) {
  const client = useQueryClient();
  const refused = useRefusal();
  return useMutation({
    mutationFn: (user: Ban['user']) => host.unban(room.id, user),
    onMutate: async (user) => {
      await client.cancelQueries({ queryKey: bansKey(room) });
      const before = client.getQueryData<Ban[]>(bansKey(room));
      client.setQueryData<Ban[]>(bansKey(room), (bans) => bans?.filter((ban) => ban.user !== user));
      return { before };
    },
    onError: (error, _, context) => {
      client.setQueryData(bansKey(room), context?.before);
      refused(error);
    },
    onSettled: () => client.invalidateQueries({ queryKey: bansKey(room) }),
  });
}
