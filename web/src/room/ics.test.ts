import { describe, expect, it } from 'vitest';
import { appointmentOf, escapeText, fileName, fold, icsOf } from './ics';

const octets = (text: string) => new TextEncoder().encode(text).length;
/** What a calendar program does first (RFC 5545, 3.1). */
const unfold = (text: string) => text.replace(/\r\n[ \t]/g, '');

const ROOM = { id: 7, title: 'Standup', description: 'Daily;\nbring, coffee', version: 3, scheduledOn: '2027-01-31T08:30:15.250Z' };
const URL_OF_ROOM = 'https://calls.example:8443/r/room7';

describe('a calendar file', () => {
  it('is one event with all that RFC 5545 asks for, in lines that end with CRLF', () => {
    const text = icsOf(appointmentOf(ROOM, URL_OF_ROOM), new Date('2027-01-01T00:00:00.999Z'));
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
    expect(text.replace(/\r\n/g, '')).not.toMatch(/[\r\n]/);
    expect(unfold(text).split('\r\n').slice(0, -1)).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Rotunda//Rooms//EN',
      'CALSCALE:GREGORIAN',
      'BEGIN:VEVENT',
      'UID:room-7@calls.example:8443',
      'DTSTAMP:20270101T000000Z',
      'SEQUENCE:3',
      'DTSTART:20270131T083015Z',
      'DURATION:PT1H',
      'SUMMARY:Standup',
      'DESCRIPTION:Daily\\;\\nbring\\, coffee\\n\\nhttps://calls.example:8443/r/room7',
      'URL:https://calls.example:8443/r/room7',
      'END:VEVENT',
      'END:VCALENDAR',
    ]);
  });

  it('keeps its UID when the room changes, and raises its sequence', () => {
    const moved = appointmentOf({ ...ROOM, title: 'Other', version: 4, scheduledOn: '2028-01-01T00:00:00Z' }, URL_OF_ROOM);
    expect([moved.uid, moved.sequence]).toEqual([appointmentOf(ROOM, URL_OF_ROOM).uid, 4]);
  });

  it('does not let a title write properties of its own', () => {
    const evil = { ...ROOM, title: 'A\r\nATTENDEE:mailto:x@y\rB\u2028C\u0085D\u0000E\\n' };
    const lines = unfold(icsOf(appointmentOf(evil, URL_OF_ROOM), new Date())).split('\r\n');
    expect(lines.find((line) => line.startsWith('SUMMARY'))).toBe('SUMMARY:A\\nATTENDEE:mailto:x@y\\nB\\nC\\nDE\\\\n');
    expect(lines.filter((line) => line.startsWith('ATTENDEE'))).toEqual([]);
  });
});

describe('folding', () => {
  it('leaves 75 octets whole, and breaks the 76th off', () => {
    expect(fold('x'.repeat(75))).toBe('x'.repeat(75));
    expect(fold('x'.repeat(76))).toBe(`${'x'.repeat(75)}\r\n x`);
    expect(fold('')).toBe('');
  });

  it.each([
    ['x'.repeat(1000)],
    ['SUMMARY:' + 'ä'.repeat(300)],
    ['SUMMARY:x' + '会議'.repeat(200)],
    ['SUMMARY:' + '👩‍🚀🏳️‍🌈'.repeat(60)],
    ['SUMMARY:xyz' + '😀'.repeat(100)],
  ])('counts octets, not characters, and never breaks one: %#', (line) => {
    const folded = fold(line);
    const lines = folded.split('\r\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const [at, part] of lines.entries()) {
      expect(octets(part)).toBeLessThanOrEqual(75);
      expect(part).not.toMatch(/[\ud800-\udfff]/u);
      expect(part.startsWith(' ')).toBe(at > 0);
      // No line is shorter than it must be: four octets are the longest character.
      if (at < lines.length - 1) expect(octets(part)).toBeGreaterThan(75 - 4);
    }
    expect(unfold(folded)).toBe(line);
  });
});

describe('texts', () => {
  it('have their separators escaped', () => {
    expect(escapeText('a\\b;c,d:e"f')).toBe('a\\\\b\\;c\\,d:e"f');
    expect(escapeText('a\r\nb\rc\nd')).toBe('a\\nb\\nc\\nd');
    expect(escapeText('tab\there\u0007')).toBe('tab\there');
    expect(escapeText('half \ud83d')).toBe('half \ufffd');
  });

  it('make names of files that every system takes', () => {
    expect(fileName('Q1/Q2: "Plan" <x>')).toBe('Q1 Q2 Plan x.ics');
    expect(fileName('..')).toBe('room.ics');
    expect(fileName('\u202egnp.exe')).toBe('gnp.exe.ics');
    expect(fileName('会議 😀')).toBe('会議 😀.ics');
    expect(fileName('😀'.repeat(300))).toBe(`${'😀'.repeat(60)}.ics`);
  });
});
