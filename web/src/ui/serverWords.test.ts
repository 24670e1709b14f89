// Every code and every sentence with which the server refuses something, read from its sources, has words that can be translated.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ApiError, errorText, failureFrom } from '../api/errors';
import { i18next } from '../i18n';
import { server } from '../i18n/en/server';
import { translateError } from './serverErrors';
import { translateSaid } from './serverWords';

const SOURCES = join(import.meta.dirname, '../../../src');

/** Without its tests. */
const source = (path: string) => readFileSync(join(SOURCES, path), 'utf8').split('#[cfg(test)]')[0] ?? '';

const API = readdirSync(join(SOURCES, 'api'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.rs'))
  .map((path) => source(join('api', path)));

/** These have several reasons, which their sentences tell. */
const SEVERAL = ['forbidden', 'malformed', 'not_authenticated', 'unavailable'];

/** Of values that people do not type: the pages send what is right. */
const NOT_TYPED = [
  'A number from 1.',
  'A number from 1 to 7.',
  'A time, as in 2026-01-31T09:30:00Z.',
  'At most 7 characters of text.',
  'Either one person or everyone.',
  'Letters, digits, - and _ only.',
  'The id of a room.',
  'The number of an account.',
  'The role is cohost or participant.',
  'The type is OTA (open to all) or IO (invite only).',
  'This field must be a time, as in 2026-01-31T09:30:00Z, or null.',
  'This field must be the number of an account or the id of a guest.',
  'What a page before had as `next`.',
  'accounts, administration, rooms or calls.',
  'administrators or disabled.',
  'hour or day.',
  'newest, name or email.',
  'open, invitation or closed.',
];

const codes = [...(source('api/error.rs').split('impl IntoResponse for ApiError')[1] ?? '').matchAll(/"([a-z]+(?:_[a-z]+)*)"/g)]
  .map(([, code]) => code ?? '')
  .filter((code) => code !== 'detail' && code !== 'code' && code !== 'ticket');

const SENTENCE =
  /(?:(?:ApiError|Self)::(?:Forbidden|Unauthorized|Unavailable|Malformed)\(\s*|complain\(\s*[\w"]+,\s*(?:format!\()?|::field\(\s*[\w"]+,\s*(?:format!\()?|complaints\.push\((?:format!\()?|Ok\(vec!\[format!\()"((?:[^"\\]|\\.)*)"/g;

const sentences = [...new Set([...API, source('auth/password.rs')].flatMap((text) => [...text.matchAll(SENTENCE)].map(([, sentence]) => (sentence ?? '').replaceAll(/\{\w*\}/g, '7'))))];

/** Another language: every key is its own translation, with what is in its gaps. */
const t = ((key: string, values: Record<string, unknown> = {}) => `${key} ${JSON.stringify(values)}`) as unknown as typeof i18next.t;

describe('the words of the server', () => {
  it('are found in its sources', () => {
    expect(codes.length).toBeGreaterThan(20);
    expect(codes).toContain('last_administrator');
    expect(sentences.length).toBeGreaterThan(40);
    expect(sentences).toContain('An account with this email address exists already.');
  });

  it.each([...new Set(codes)].filter((code) => !SEVERAL.includes(code)))('exist for the code %s', (code) => {
    expect(errorText(new ApiError(failureFrom(403, { detail: 'In English.', code }, null)))).toEqual({ key: `server.code.${code}` });
  });

  it('exist for no code that the server does not have', () => {
    expect(Object.keys(server.server.code).filter((code) => !codes.includes(code))).toEqual([]);
  });

  it.each(sentences.filter((sentence) => !NOT_TYPED.includes(sentence)))('exist for “%s”', (sentence) => {
    expect(translateSaid(t, [sentence])).toMatch(/^server\.said\.\w+ \{/);
    expect(translateSaid(i18next.t, [sentence]), 'and in English they are the same').toBe(sentence);
  });

  it('keep the numbers of a sentence', () => {
    expect(translateSaid(t, ['A whole number from 3 to 500.', 'Something new.'])).toBe('server.said.range {"min":3,"max":500} Something new.');
  });

  it('are told of a form’s fields, and never of what else an answer has', () => {
    expect(translateError(t, new ApiError(failureFrom(400, { email: ['This is not a valid email address.'] }, null)))).toContain('server.said.email');
    expect(translateError(t, new ApiError(failureFrom(403, { detail: 'Wait.', code: 'waiting', ticket: 'secret' }, null)))).toBe('server.code.waiting {}');
  });
});
