import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../api/roles';
import { i18next } from '../i18n';
import { sentenceOf } from './log';

/** Without the marks that keep names apart. */
function said(act: string, subject: string, changes: Partial<AuditEntry> = {}): string {
  const entry: AuditEntry = { id: 1, at: '2027-01-31T08:30:00Z', user: 1, name: 'Ada', act, subject, subjectName: null, ...changes };
  return sentenceOf(entry, i18next.t, 'en-GB').replace(/[\u2068\u2069]/g, '');
}

describe('the history of a room, in words', () => {
  it('says who did what to whom', () => {
    expect(said('ban', '7', { subjectName: 'Bob' })).toBe('Ada banned Bob');
    expect(said('remove', '7:tab', { subjectName: 'Bob' })).toBe('Ada removed Bob from the call');
    expect(said('lock', '')).toBe('Ada locked the room');
    expect(said('hand_over', '7', { subjectName: 'Bob' })).toBe('Ada handed the room over to Bob');
  });

  it('tells everyone from somebody', () => {
    expect(said('mute', '')).toBe('Ada muted everyone');
    expect(said('mute', '7:tab', { subjectName: 'Bob' })).toBe('Ada muted Bob');
    expect(said('admit', '')).toBe('Ada let everyone in who was waiting');
    expect(said('spotlight', '')).toBe('Ada ended the spotlight');
    expect([said('revoke', ''), said('revoke', '7')]).toEqual(['Ada revoked all invitations', 'Ada revoked an invitation']);
    expect(said('lower_hand', '')).toBe('Ada lowered all hands');
  });

  it('has words for those who are gone, and shows other identities as they are', () => {
    expect(said('ban', '7', { name: null })).toBe('Somebody whose account is gone banned somebody whose account is gone');
    expect(said('remove', '7:tab')).toBe('Ada removed somebody whose account is gone from the call');
    expect(said('refuse', `g${'0f'.repeat(16)}`)).toBe('Ada did not let a guest who is gone in');
    expect(said('remove', 'recorder-1')).toBe('Ada removed recorder-1 from the call');
  });

  it('says what settings have become, the forbidding ones the right way round', () => {
    expect(said('settings', 'typeOf=IO waitingRoom=true chatDisabled=true shareDisabled=false peopleLimit=20')).toBe(
      'Ada changed: room type is Invite only, waiting room on, chat for everyone off, screen sharing for everyone on, 20 people at a time',
    );
    expect(said('settings', 'newThing=7')).toBe('Ada changed: newThing: 7');
  });

  it('says what a room is called and when it is planned for, and of a description only that it is another', () => {
    expect(said('settings', 'title=50%25%20Ada=Bob%2C description=')).toBe('Ada changed: title is “50% Ada=Bob,”, another description');
    expect(said('settings', 'title=100%')).toBe('Ada changed: title is “100%”');
    expect(said('settings', 'scheduledOn=2027-01-31T08:30:00.000Z')).toMatch(/^Ada changed: planned for 31 Jan 2027, \d\d:\d\d$/);
    expect(said('settings', 'scheduledOn=')).toBe('Ada changed: no time planned');
  });

  it('says how long an invitation lasts and for whom', () => {
    expect(said('invite', '')).toBe('Ada created an invitation (no end)');
    expect(said('invite', 'uses=1')).toBe('Ada created an invitation (no end, for one person)');
    expect(said('invite', 'until=2027-02-01T12:00:00.000Z uses=5')).toMatch(/^Ada created an invitation \(until 1 Feb 2027, \d\d:\d\d, for 5 people\)$/);
  });

  it('shows what it does not know as it came', () => {
    expect(said('teleport', 'somewhere')).toBe('Ada: teleport somewhere');
    expect(said('toString', '')).toBe('Ada: toString');
    expect(said('unknown', 'x')).toBe('Ada: unknown x');
  });

  it('keeps names apart from the sentence, whatever their script', () => {
    const entry: AuditEntry = { id: 1, at: '', user: 1, name: 'שלום', act: 'ban', subject: '7', subjectName: '<b>x</b>' };
    expect(sentenceOf(entry, i18next.t, 'en')).toBe('\u2068שלום\u2069 banned <b>x</b>');
  });
});
