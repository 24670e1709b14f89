import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../api/admin';
import { i18next } from '../i18n';
import { entryInWords, fromInWords } from './log';

const ENTRY: LogEntry = { id: 1, at: '2027-01-31T08:30:00Z', user: 1, name: 'Ada', act: '', room: null, roomTitle: null, whom: null, whomName: null, subject: '', subjectName: null, address: '192.0.2.7' };

/** Without the marks that keep names apart. */
const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '');
const said = (changes: Partial<LogEntry>) => plain(entryInWords({ ...ENTRY, ...changes }, i18next.t, 'en-GB'));

describe('the log of the server, in words', () => {
  it('says what administrators did to whom', () => {
    expect(said({ act: 'add_user', subject: 'bob@example.org' })).toBe('Ada added the account bob@example.org');
    expect(said({ act: 'edit_user', whom: 2, whomName: 'Bob', subject: 'email lastName' })).toBe('Ada changed address and last name of Bob');
    expect(said({ act: 'disable', whom: 2, whomName: 'Bob' })).toBe('Ada disabled Bob');
    expect(said({ act: 'demote', whom: 2 })).toBe('Ada took administration away from somebody whose account is gone');
    expect(said({ act: 'delete_room', whom: 2, whomName: 'Bob', subject: 'Weekly sync', room: 4 })).toBe('Ada deleted the room Weekly sync of Bob');
    expect(said({ act: 'delete_user', whom: 2, subject: 'bob@example.org' })).toBe('Ada deleted the account bob@example.org');
  });

  it('tells the command line and the first administrator', () => {
    expect(said({ user: null, name: null, act: 'grant', whom: 2, whomName: 'Bob' })).toBe('The command line made Bob an administrator');
    expect(said({ act: 'grant', whom: 1, whomName: 'Ada' })).toBe('Ada became the administrator by the link that the server printed');
    expect(said({ act: 'grant', whom: 2, whomName: 'Bob' })).toBe('Ada made Bob an administrator');
    expect(said({ name: null, act: 'enable', whom: 2, whomName: 'Bob' })).toBe('Somebody whose account is gone enabled Bob');
  });

  it('tells that a backup was restored, and of when it is', () => {
    const sentence = said({ user: null, name: null, act: 'restore', subject: '2026-11-03T09:30:00.000Z' });
    expect(sentence).toMatch(/^The command line restored the backup of .*Nov.* 2026/);
    expect(said({ user: null, name: null, act: 'restore', subject: 'then' })).toBe('The command line restored the backup of then');
  });

  it('says what was set for the server', () => {
    expect(said({ act: 'server_settings', subject: 'registration=closed peoplePerRoom=50 roomsPerUser=3' })).toBe(
      'Ada set for the server: registration: Nobody, people in a call: 50 and rooms of an account: 3',
    );
    expect(said({ act: 'server_settings', subject: 'registration=monday newThing=7' })).toBe('Ada set for the server: registration: monday and newThing: 7');
  });

  it('says what happened in rooms as their histories do, people who are gone by number', () => {
    expect(said({ act: 'lock', room: 3 })).toBe('Ada locked the room');
    expect(said({ act: 'ban', room: 3, subject: '12', subjectName: 'Bob' })).toBe('Ada banned Bob');
    expect(said({ act: 'ban', room: 3, subject: '12' })).toBe('Ada banned account 12');
    expect(said({ act: 'mute', room: 3, subject: '12:abc' })).toBe('Ada muted account 12');
    expect(said({ act: 'mute', room: 3 })).toBe('Ada muted everyone');
    expect(said({ act: 'refuse', room: 3, subject: `g${'0f'.repeat(16)}` })).toBe('Ada did not let a guest in');
    expect(said({ act: 'settings', room: 3, subject: 'peopleLimit=7' })).toBe('Ada changed: 7 people at a time');
  });

  it('says what administrators did to calls', () => {
    expect(said({ act: 'remove', room: 3, subject: 'room3 12:abc', whom: 12, whomName: 'Bob' })).toBe('Ada removed Bob from the call');
    expect(said({ act: 'remove', room: 3, subject: `room3 g${'0f'.repeat(16)}:x` })).toBe('Ada removed a guest from the call');
    expect(said({ act: 'end', room: 3, subject: 'room3' })).toBe('Ada ended the call for all');
  });

  it('shows what it does not know as it came', () => {
    expect(said({ act: 'teleport', subject: 'somewhere' })).toBe('Ada: teleport somewhere');
  });

  it('says from where', () => {
    expect(plain(fromInWords(ENTRY, i18next.t))).toBe('from 192.0.2.7');
    expect(plain(fromInWords({ ...ENTRY, user: null, address: '' }, i18next.t))).toBe('on the server itself');
  });
});
