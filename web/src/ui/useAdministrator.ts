// Whether the account that is signed in administers the server. No token says so: the server is asked, and what it said last holds until it says
// otherwise.
import { useQuery } from '@tanstack/react-query';
import { account, session } from '../api';
import { useStore } from './store';

/** The key of the answer, for what changes it. */
export const ADMINISTRATOR = 'administrator';

interface Asking {
  /** Asks again and again while the page is seen; without it, once in a while. */
  everyMs?: number;
}

export function useAdministrator({ everyMs }: Asking = {}) {
  const state = useStore(session.state);
  const who = state.status === 'signedIn' ? state.user.id : '';
  return useQuery({
    queryKey: [ADMINISTRATOR, who],
    queryFn: async ({ signal }) => (await account.read(signal)).isAdmin,
    enabled: who !== '',
    staleTime: 30_000,
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs, refetchOnMount: 'always', refetchOnWindowFocus: 'always' }),
  });
}
