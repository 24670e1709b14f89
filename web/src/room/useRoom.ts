// The server's data behind a room's pages. Everything hangs together: a role that is given shows in the history, a handed-over room changes what
// one may do; so a change makes all of the room's lists read again.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { host, invitations, roles, rooms, session } from '../api';
import type { InvitationLimits } from '../api/invitations';
import { ENTRIES_PER_PAGE, type GivenRole } from '../api/roles';
import type { Room } from '../api/rooms';
import { ROOMS } from '../lobby/useRooms';
import { useStore } from '../ui/store';

const ROOM = 'hostedRoom';

/** Other hosts' changes show up after this time at the latest. */
const REFRESH_MS = 15_000;

/** The account that looks, empty when nobody is signed in. */
export function useAccount(): string {
  const state = useStore(session.state);
  return state.status === 'signedIn' ? state.user.id : '';
}

export function useRoom(roomId: string) {
  const account = useAccount();
  return useQuery({
    queryKey: [ROOM, account, 'room', roomId],
    queryFn: ({ signal }) => rooms.get(roomId, signal),
    enabled: account !== '',
    refetchInterval: REFRESH_MS,
    refetchOnWindowFocus: true,
  });
}

/** Takes over a room that the server has just answered with, under whatever name it has now. */
export function useSavedRoom() {
  const client = useQueryClient();
  const account = useAccount();
  return (room: Room) => {
    client.setQueryData([ROOM, account, 'room', room.roomId], room);
    void client.invalidateQueries({ queryKey: [ROOM] });
    void client.invalidateQueries({ queryKey: [ROOMS] });
  };
}

export function useRefreshRoom() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: [ROOM] });
}

export function useInvitations(room: number) {
  const account = useAccount();
  return useQuery({
    queryKey: [ROOM, account, 'invitations', room],
    queryFn: ({ signal }) => invitations.list(room, signal),
    // Who uses one changes it.
    refetchInterval: REFRESH_MS,
  });
}

export function useInvitationActions(room: number) {
  const onSettled = useRefreshRoom();
  const create = useMutation({ mutationFn: (limits: InvitationLimits) => invitations.createLink(room, limits), onSettled });
  const revoke = useMutation({ mutationFn: (id: number) => invitations.revoke(room, id), onSettled });
  const revokeAll = useMutation({ mutationFn: () => host.revokeInvitations(room), onSettled });
  return { create, revoke, revokeAll };
}

export function useRoles(room: number) {
  const account = useAccount();
  return useQuery({ queryKey: [ROOM, account, 'roles', room], queryFn: ({ signal }) => roles.list(room, signal) });
}

export function useRoleActions(room: number) {
  const onSettled = useRefreshRoom();
  const name = useMutation({ mutationFn: ({ email, role }: { email: string; role: GivenRole }) => roles.name(room, email, role), onSettled });
  const give = useMutation({ mutationFn: ({ user, role }: { user: number; role: GivenRole }) => host.setCohost(room, user, role === 'cohost'), onSettled });
  const take = useMutation({ mutationFn: (user: number) => roles.take(room, user), onSettled });
  const handOver = useMutation({ mutationFn: (user: number) => host.handOver(room, user), onSettled });
  return { name, give, take, handOver };
}

export function useLog(room: number) {
  const account = useAccount();
  return useInfiniteQuery({
    queryKey: [ROOM, account, 'log', room],
    queryFn: ({ pageParam, signal }) => roles.log(room, pageParam, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.length < ENTRIES_PER_PAGE ? undefined : last.at(-1)?.id),
  });
}
