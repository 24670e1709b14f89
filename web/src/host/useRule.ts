// One switch of the room's rules. What the call says counts; what this page has just asked for counts until the call has heard of it, and is taken
// back when the server refuses. Two hosts who change something at once: the second is told so, and sees what is now.
import { skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { host } from '../api';
import { ApiError } from '../api/errors';
import type { RuleName, Rules } from '../api/host';
import type { RoomState } from '../call/roomState';
import { rulesKey, useRefusal, type HostedRoom } from './useHosting';

interface RuleSwitch {
  on: boolean;
  /** The server has not answered yet. */
  busy: boolean;
  set: (on: boolean) => void;
}

export function useRule(room: HostedRoom, told: RoomState, rule: RuleName): RuleSwitch {
  const client = useQueryClient();
  const refused = useRefusal();
  const queryKey = rulesKey(room);
  // What the server last answered to this page; the call hears of it a moment later.
  const { data: answered } = useQuery<Rules>({ queryKey, queryFn: skipToken });
  const change = useMutation({
    // One after another, so that somebody who flips two switches is no second host to themselves.
    scope: { id: queryKey.join() },
    mutationFn: (on: boolean) => host.setRules(room.id, { [rule]: on, version: Math.max(told.version, client.getQueryData<Rules>(queryKey)?.version ?? 0) }),
    onSuccess: (rules) => client.setQueryData(queryKey, rules),
    onError: async (error) => {
      refused(error);
      if (error instanceof ApiError && error.code === 'version_conflict') client.setQueryData(queryKey, await host.rules(room.id));
    },
  });
  const latest = answered !== undefined && answered.version > told.version ? answered : told;
  return {
    on: change.isPending ? change.variables : latest[rule],
    busy: change.isPending,
    set: (on) => {
      if (!change.isPending) change.mutate(on);
    },
  };
}
