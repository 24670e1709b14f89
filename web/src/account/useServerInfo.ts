import { useQuery } from '@tanstack/react-query';
import { server } from '../api';

/** What this server lets people without a login do. */
export function useServerInfo() {
  return useQuery({ queryKey: ['server'], queryFn: ({ signal }) => server.info(signal), staleTime: 60_000 });
}
