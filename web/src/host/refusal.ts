// What the server's refusal of a host's action means, in the catalogue's words; undefined leaves it to the words for any request.
import { statusOf } from '../api/errors';

export type HostRefusal = 'host.error.forbidden' | 'host.error.gone' | 'host.error.conflict' | 'host.error.unavailable';

export function hostRefusal(error: unknown): HostRefusal | undefined {
  switch (statusOf(error)) {
    case 403:
      return 'host.error.forbidden';
    case 404:
      return 'host.error.gone';
    case 409:
      return 'host.error.conflict';
    case 503:
      return 'host.error.unavailable';
    default:
      return undefined;
  }
}
