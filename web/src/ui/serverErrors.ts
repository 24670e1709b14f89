// Puts what the server said about a form where people look for it: under the field, or above the button.
import type { TFunction } from 'i18next';
import type { FieldValues, Path, UseFormSetError } from 'react-hook-form';
import { ApiError, errorText, type ErrorText } from '../api/errors';
import { translateSaid } from './serverWords';

export function translateText(t: TFunction, text: ErrorText): string {
  if (text.key === 'error.detail') return translateSaid(t, [text.values.detail]);
  return 'values' in text ? t(text.key, text.values) : t(text.key);
}

/** All that an error says, of a form's fields too. */
export function translateError(t: TFunction, error: unknown): string {
  const said = error instanceof ApiError && error.status === 400 ? Object.values(error.fields).flat() : [];
  return said.length > 0 ? translateSaid(t, said) : translateText(t, errorText(error));
}

export function showServerErrors<Form extends FieldValues>(
  error: unknown,
  known: readonly Path<Form>[],
  setError: UseFormSetError<Form>,
  t: TFunction,
): void {
  const fields = error instanceof ApiError ? error.fields : {};
  const rest: string[] = [];
  for (const [field, messages] of Object.entries(fields)) {
    const path = known.find((name) => name === field);
    if (path === undefined) rest.push(translateSaid(t, messages));
    else setError(path, { type: 'server', message: translateSaid(t, messages) });
  }
  if (Object.keys(fields).length === 0) rest.push(translateText(t, errorText(error)));
  if (rest.length > 0) setError('root', { type: 'server', message: rest.join(' ') });
}
