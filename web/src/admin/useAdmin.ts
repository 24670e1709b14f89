// The server's data behind the administration's pages. Everything hangs together: an account that is deleted takes its rooms along, and all of it
// is in the log; so a change makes all lists read again.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { session } from '../api';
import { AdminApi, type ListedUser, type LogQuery, type Span, type UserChanges, type UserKind, type UserSort } from '../api/admin';
import { statusOf } from '../api/errors';
import { toasts } from '../ui/toasts';
import { adminErrorText } from './errors';

/** The key of all that only administrators see. */
export const ADMIN = 'admin';

export const api = new AdminApi(session);

/** What others change shows up after this time at the latest. */
const LIST_MS = 15_000;
/** As often as the server measures. */
const CALLS_MS = 2_000;
const SAMPLES_MS: Record<Span, number> = { hour: 5_000, day: 30_000 };

export function useUsers(query: { search: string; only: UserKind | undefined; sort: UserSort; after: string | undefined }) {
  return useQuery({
    queryKey: [ADMIN, 'users', query],
    queryFn: ({ signal }) => api.users(query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: LIST_MS,
  });
}

export function useRooms(query: { search: string; after: string | undefined }) {
  return useQuery({
    queryKey: [ADMIN, 'rooms', query],
    queryFn: ({ signal }) => api.rooms(query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: LIST_MS,
  });
}

/** Null when it is gone. */
export function useUser(id: number | undefined) {
  return useQuery({ queryKey: [ADMIN, 'user', id], queryFn: ({ signal }) => api.user(id ?? 0, signal), enabled: id !== undefined });
}

/** The rooms of an account that is about to be deleted. */
export function useRoomsOf(owner: number | undefined) {
  return useQuery({
    queryKey: [ADMIN, 'roomsOf', owner],
    queryFn: ({ signal }) => api.roomsOf(owner ?? 0, signal),
    enabled: owner !== undefined,
  });
}

export function useRoom(id: number) {
  return useQuery({ queryKey: [ADMIN, 'room', id], queryFn: ({ signal }) => api.room(id, signal), refetchInterval: LIST_MS });
}

export function useCalls(query: { after: string | undefined }) {
  return useQuery({
    queryKey: [ADMIN, 'calls', query],
    queryFn: ({ signal }) => api.calls(query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: CALLS_MS,
  });
}

/** Null once it is over. */
export function useCall(room: string) {
  return useQuery({
    queryKey: [ADMIN, 'call', room],
    queryFn: ({ signal }) =>
      api.call(room, signal).catch((error: unknown) => {
        if (statusOf(error) === 404) return null;
        throw error;
      }),
    refetchInterval: CALLS_MS,
  });
}

export function useInvitations(query: { after: string | undefined }) {
  return useQuery({
    queryKey: [ADMIN, 'invitations', query],
    queryFn: ({ signal }) => api.invitations(query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: LIST_MS,
  });
}

/** Not by itself: who reads a log wants it to stand still. */
export function useLog(query: LogQuery) {
  return useQuery({ queryKey: [ADMIN, 'log', query], queryFn: ({ signal }) => api.log(query, signal), placeholderData: keepPreviousData });
}

export function useSamples(span: Span) {
  return useQuery({
    queryKey: [ADMIN, 'samples', span],
    queryFn: ({ signal }) => api.samples(span, signal),
    placeholderData: keepPreviousData,
    refetchInterval: SAMPLES_MS[span],
  });
}

export function useServerSettings() {
  return useQuery({ queryKey: [ADMIN, 'settings'], queryFn: ({ signal }) => api.settings(signal), refetchInterval: LIST_MS });
}

/** Does something, says that it is done or why not, and has all lists read again. */
export function useAct<Wish, Answer>(act: (wish: Wish) => Promise<Answer>, done: (wish: Wish) => string | undefined) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (_, wish) => {
      const said = done(wish);
      if (said !== undefined) toasts.show('success', said);
    },
    onError: (error) => toasts.show('error', adminErrorText(t, error)),
    onSettled: () => client.invalidateQueries({ queryKey: [ADMIN] }),
  });
}

interface UserChange {
  user: ListedUser;
  changes: UserChanges;
  /** What is said when it is done. */
  said: string;
}

export function useChangeUser() {
  return useAct(({ user, changes }: UserChange) => api.changeUser(user.id, changes), ({ said }) => said);
}
