// What the server's refusal of a host's action means, in words.
import type { TFunction } from 'i18next';
import { ApiError, statusOf } from '../api/errors';
import { translateError } from '../ui/serverErrors';

type HostRefusal = 'host.error.changed' | 'host.error.gone' | 'host.error.conflict' | 'host.error.unavailable';

function hostRefusal(error: unknown): HostRefusal | undefined {
  if (error instanceof ApiError && error.code === 'version_conflict') return 'host.error.changed';
  switch (statusOf(error)) {
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

/** Where there are several reasons, as with a 403, the server's own sentence says which it is. */
export function refusalText(t: TFunction, error: unknown): string {
  const refusal = hostRefusal(error);
  return refusal === undefined ? translateError(t, error) : t(refusal);
}
