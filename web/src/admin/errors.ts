// What the server's refusals mean to somebody who administers it, in words.
import type { TFunction } from 'i18next';
import { ApiError, statusOf } from '../api/errors';
import { translateError } from '../ui/serverErrors';

type Refusal = `admin.error.${'lastAdministrator' | 'accountDisabled' | 'notFound' | 'conflict' | 'unavailable'}`;

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof ApiError && error.code === 'last_administrator') return 'admin.error.lastAdministrator';
  if (error instanceof ApiError && error.code === 'account_disabled') return 'admin.error.accountDisabled';
  switch (statusOf(error)) {
    case 404:
      return 'admin.error.notFound';
    case 409:
      return 'admin.error.conflict';
    case 503:
      return 'admin.error.unavailable';
    default:
      return undefined;
  }
}

/** Everything else as on all other pages. */
export function adminErrorText(t: TFunction, error: unknown): string {
  const refusal = refusalOf(error);
  return refusal === undefined ? translateError(t, error) : t(refusal);
}
