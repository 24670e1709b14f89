// The lobby's data: pages of rooms, newest first, and what changes them.
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { rooms, session } from '../api';
import { ROOMS_PER_PAGE, type NewRoom } from '../api/rooms';
import { useStore } from '../ui/store';

/** The key of every list of rooms. */
export const ROOMS = 'rooms';

/** Rooms that others open or delete show up after this time at the latest. */
const REFRESH_MS = 20_000;

/** The list depends on who asks: invite-only rooms appear to those who belong to them. */
export function useRooms(search: string) {
  const state = useStore(session.state);
  const who = state.status === 'signedIn' ? state.user.id : '';
  return useInfiniteQuery({
    queryKey: [ROOMS, who, search],
    queryFn: ({ pageParam, signal }) => rooms.list(search, pageParam, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.length < ROOMS_PER_PAGE ? undefined : last.at(-1)?.id),
    placeholderData: (previous, query) => (query?.queryKey[1] === who ? previous : undefined),
    refetchInterval: REFRESH_MS,
  });
}

export function useCreateRoom() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (room: NewRoom) => rooms.create(room),
    onSuccess: () => client.invalidateQueries({ queryKey: [ROOMS] }),
  });
}

export function useDeleteRoom() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => rooms.remove(id),
    onSettled: () => client.invalidateQueries({ queryKey: [ROOMS] }),
  });
}
