// The name that somebody without an account goes by. The server has the last word; these rules only spare people a refusal.
import { browserStorage, keep, kept, type KeptStorage } from '../ui/storage';

/** Characters of any kind, as the server counts them. */
export const LONGEST_NAME = 150;

const KEY = 'rotunda.guestName';

/** One line without characters that control something: those that turn the direction of writing would rearrange what stands around the name. */
export function cleanName(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();
}

export type NameProblem = 'required' | 'tooLong';

export function nameProblem(text: string): NameProblem | undefined {
  const name = cleanName(text);
  if (name === '') return 'required';
  return Array.from(name).length > LONGEST_NAME ? 'tooLong' : undefined;
}

export function rememberedName(storage: KeptStorage | undefined = browserStorage()): string {
  const name = kept(storage, KEY);
  return typeof name === 'string' && nameProblem(name) === undefined ? cleanName(name) : '';
}

export function rememberName(name: string, storage: KeptStorage | undefined = browserStorage()): void {
  keep(storage, KEY, name);
}
