import { describe, expect, it } from 'vitest';
import { scheduleOf } from './schedule';

/** A time of this machine's own zone, whatever that is. */
const local = (text: string) => new Date(text);
const told = (at: string, now: string) => {
  const schedule = scheduleOf(local(at).toISOString(), local(now), 'en-GB');
  return [schedule?.day, schedule?.phase];
};

describe('when a room is meant for', () => {
  it.each([
    ['2027-01-31T14:00', '2027-01-31T13:59', 'today', 'coming'],
    ['2027-01-31T14:00', '2027-01-31T00:00', 'today', 'coming'],
    ['2027-02-01T00:00', '2027-01-31T23:59', 'tomorrow', 'coming'],
    ['2027-02-02T00:00', '2027-01-31T23:59', 'other', 'coming'],
    ['2027-01-31T14:00', '2027-01-31T14:00', 'today', 'now'],
    ['2027-01-31T14:00', '2027-01-31T14:59', 'today', 'now'],
    ['2027-01-31T23:30', '2027-02-01T00:10', 'other', 'now'],
    ['2027-01-31T14:00', '2027-01-31T15:00', 'today', 'past'],
    ['2027-01-30T14:00', '2027-01-31T14:00', 'other', 'past'],
    ['2027-03-29T01:00', '2027-03-28T12:00', 'tomorrow', 'coming'],
  ])('%s is, at %s, %s and %s', (at, now, day, phase) => {
    expect(told(at, now)).toEqual([day, phase]);
  });

  it('is written as the language has it, with the year when that is far', () => {
    const schedule = scheduleOf(local('2027-01-31T14:05').toISOString(), local('2027-01-30T12:00'), 'en-GB');
    expect(schedule).toMatchObject({ time: '14:05', whole: 'Sun 31 Jan, 14:05' });
    expect(scheduleOf(local('2028-01-31T14:05').toISOString(), local('2027-01-30T12:00'), 'en-GB')?.whole).toContain('2028');
  });

  it('is nothing without a time', () => {
    expect(scheduleOf(null, new Date(), 'en')).toBeUndefined();
    expect(scheduleOf('soon', new Date(), 'en')).toBeUndefined();
  });
});
