// Puts what the server said about a form where people look for it: under the field, or above the button.
import type { TFunction } from 'i18next';
import type { FieldValues, Path, UseFormSetError } from 'react-hook-form';
import { ApiError, errorText } from '../api/errors';

export function translateError(t: TFunction, error: unknown): string {
  const text = errorText(error);
  return 'values' in text ? t(text.key, text.values) : t(text.key);
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
    if (path === undefined) rest.push(...messages);
    else setError(path, { type: 'server', message: messages.join(' ') });
  }
  if (Object.keys(fields).length === 0) rest.push(translateError(t, error));
  if (rest.length > 0) setError('root', { type: 'server', message: rest.join(' ') });
}
