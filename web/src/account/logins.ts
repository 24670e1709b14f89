// Where somebody is logged in, in words. In: what the server knows of a login. Out: the program and the system, and how long ago it was used.
import type { TFunction } from 'i18next';
import { relativeIn } from '../i18n/format';
import { whenOf } from '../room/log';

/** The program, of which the server says in English "Firefox on Linux", or its name alone, or nothing. */
export function clientInWords(client: string, t: TFunction): string {
  if (client === '') return t('account.sessions.unknownClient');
  const [, browser, system] = /^(.+) on (.+)$/.exec(client) ?? [];
  return browser === undefined || system === undefined ? client : t('account.sessions.client', { browser, system });
}

const MINUTE_MS = 60_000;
const STEPS = [
  { unit: 'day', ms: 24 * 60 * MINUTE_MS },
  { unit: 'hour', ms: 60 * MINUTE_MS },
  { unit: 'minute', ms: MINUTE_MS },
] as const;
/** From here on a date says more. */
const LONG_MS = 7 * STEPS[0].ms;

/** How long ago a time was, as one says it: now, 5 minutes ago, yesterday, a date. A clock that is a little wrong makes no future of it. */
export function agoOf(iso: string, now: Date, language: string): string {
  const ago = Math.max(0, now.getTime() - Date.parse(iso));
  if (Number.isNaN(ago) || ago >= LONG_MS) return whenOf(iso, language);
  const step = STEPS.find(({ ms }) => ago >= ms);
  return step === undefined ? relativeIn(language, 0, 'second') : relativeIn(language, -Math.floor(ago / step.ms), step.unit);
}
