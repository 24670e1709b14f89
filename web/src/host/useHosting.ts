// What the room's hosts do to the call. Every refusal is told in a toast.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { host } from '../api';
import type { Ban } from '../api/host';
import type { Room } from '../api/rooms';
import type { RosterEntry } from '../call/roster';
import { toasts } from '../ui/toasts';
import { refusalText } from './refusal';

export type HostedRoom = Pick<Room, 'id' | 'title' | 'roomId'>;

/** Someone in the call, as hosts act on them. */
export type Person = Pick<RosterEntry, 'account' | 'name' | 'identity' | 'microphones' | 'screens' | 'handRaised'>;

/** What the server last answered about the room's rules. */
export const rulesKey = (room: HostedRoom) => ['roomRules', room.id];
export const bansKey = (room: HostedRoom) => ['roomBans', room.id];

export function useRefusal() {
  const { t } = useTranslation();
  return (error: unknown) => {
    toasts.show('error', refusalText(t, error));
  };
}

export function useHostActions(room: HostedRoom) {
  const { t } = useTranslation();
  const onError = useRefusal();
  const muteAll = useMutation({
    mutationFn: () => host.mute(room.id),
    onSuccess: () => toasts.show('success', t('host.mutedAll')),
    onError,
  });
  const mute = useMutation({
    mutationFn: ({ microphones }: Person) => Promise.all(microphones.map((identity) => host.mute(room.id, identity))),
    onSuccess: (_, { name }) => toasts.show('success', t('host.muted', { name })),
    onError,
  });
  const stopShare = useMutation({
    mutationFn: ({ screens }: Pick<Person, 'screens' | 'name'>) => Promise.all(screens.map((identity) => host.stopShare(room.id, identity))),
    onSuccess: (_, { name }) => toasts.show('success', t('host.stoppedShare', { name })),
    onError,
  });
  /** Without an identity, everyone's. */
  const lowerHand = useMutation({ mutationFn: (identity: string | undefined) => host.lowerHand(room.id, identity), onError });
  const remove = useMutation({
    mutationFn: ({ identity }: Person) => host.remove(room.id, identity),
    onSuccess: (_, { name }) => toasts.show('success', t('host.removed', { name })),
    onError,
  });
  const cohost = useMutation({
    mutationFn: ({ account }: Person) => host.setCohost(room.id, Number(account), true),
    onSuccess: (_, { name }) => toasts.show('success', t('host.madeCohost', { name })),
    onError,
  });
  const uncohost = useMutation({
    mutationFn: ({ account }: Person) => host.setCohost(room.id, Number(account), false),
    onSuccess: (_, { name }) => toasts.show('success', t('host.unmadeCohost', { name })),
    onError,
  });
  const handOver = useMutation({ mutationFn: ({ account }: Person) => host.handOver(room.id, Number(account)), onError });
  const spotlight = useMutation({ mutationFn: (identity: string | undefined) => host.spotlight(room.id, identity), onError });
  const end = useMutation({ mutationFn: () => host.end(room.id), onError });
  return { muteAll, mute, stopShare, lowerHand, remove, cohost, uncohost, handOver, spotlight, end };
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
