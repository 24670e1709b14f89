import { describe, expect, it } from 'vitest';
import { i18next } from '../i18n';
import { agoOf, clientInWords } from './logins';

describe('the program of a login', () => {
  it.each([
    ['Firefox on Linux', 'Firefox|Linux'],
    ['Samsung Internet on Android', 'Samsung Internet|Android'],
    ['curl', 'curl'],
    ['', 'account.sessions.unknownClient'],
  ])('of “%s” is told in the language of the page', (client, words) => {
    const t = ((key: string, gaps?: { browser: string; system: string }) => (gaps === undefined ? key : `${gaps.browser}|${gaps.system}`)) as unknown as typeof i18next.t;
    expect(clientInWords(client, t)).toBe(words);
  });
});

describe('how long ago a login was used', () => {
  const now = new Date('2026-03-10T12:00:00Z');
  it.each([
    ['2026-03-10T11:59:20Z', 'now'],
    ['2026-03-10T12:00:30Z', 'now'],
    ['2026-03-10T11:58:00Z', '2 minutes ago'],
    ['2026-03-10T09:10:00Z', '2 hours ago'],
    ['2026-03-09T11:00:00Z', 'yesterday'],
    ['2026-03-04T11:00:00Z', '6 days ago'],
  ])('%s is “%s”', (iso, words) => {
    expect(agoOf(iso, now, 'en')).toBe(words);
  });

  it('is a date after a week, and in the language of the page', () => {
    expect(agoOf('2026-03-01T11:00:00Z', now, 'en')).toContain('2026');
    expect(agoOf('2026-03-09T11:00:00Z', now, 'de')).toBe('gestern');
    expect(agoOf('nonsense', now, 'en')).toBe('nonsense');
  });
});
