// A room's time as a calendar file (iCalendar, RFC 5545). In: the room and its link. Out: the text of the file, and its name.
import type { Room } from '../api/rooms';
import { saveFile } from '../ui/saveFile';

export interface Appointment {
  /** Stays the same whatever changes, so that a file that is opened again moves the event and makes no second one. */
  uid: string;
  /** Rises with each change. */
  sequence: number;
  start: Date;
  summary: string;
  description: string;
  url: string;
}

/** Rooms have a beginning and no end. */
const DURATION = 'PT1H';

const LONGEST_LINE_OCTETS = 75;

/** 3.1: a line is at most 75 octets; what is longer goes on in lines that begin with a space. Never within a character. */
export function fold(line: string): string {
  const encoder = new TextEncoder();
  const lines: string[] = [];
  let [current, octets] = ['', 0];
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > LONGEST_LINE_OCTETS) {
      lines.push(current);
      [current, octets] = [' ', 1];
    }
    current += character;
    octets += size;
  }
  return [...lines, current].join('\r\n');
}

/** 3.3.11: TEXT. Line breaks of any kind are `\n`; other control characters have no place in it. */
export function escapeText(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replace(/\n/g, '\\n')
    // eslint-disable-next-line no-control-regex -- exactly those
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
    // Halves of characters, which UTF-8 cannot write.
    .replace(/[\ud800-\udfff]/gu, '\ufffd');
}

/** 3.3.5: DATE-TIME in UTC, to the second. */
function utc(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

export function icsOf({ uid, sequence, start, summary, description, url }: Appointment, now: Date): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Rotunda//Rooms//EN',
    'CALSCALE:GREGORIAN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${utc(now)}`,
    `SEQUENCE:${sequence}`,
    `DTSTART:${utc(start)}`,
    `DURATION:${DURATION}`,
    `SUMMARY:${escapeText(summary)}`,
    `DESCRIPTION:${escapeText(description)}`,
    `URL:${url}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

/** The event of a room that has a time. */
export function appointmentOf(room: ScheduledRoom, url: string): Appointment {
  return {
    // The number says nothing that a link would not; the room's secret name stays out of it.
    uid: `room-${room.id}@${new URL(url).host}`,
    sequence: room.version,
    start: new Date(room.scheduledOn ?? NaN),
    summary: room.title,
    description: [room.description, url].filter((part) => part !== '').join('\n\n'),
    url,
  };
}

export type ScheduledRoom = Pick<Room, 'id' | 'title' | 'description' | 'version' | 'scheduledOn'>;

const LONGEST_NAME = 60;

/** A file's name that every system takes. */
export function fileName(title: string): string {
  // eslint-disable-next-line no-control-regex -- no file system takes them
  const plain = title.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"/\\|?*]/g, ' ').replace(/\s+/g, ' ');
  const short = Array.from(plain).slice(0, LONGEST_NAME).join('').replace(/^[. ]+|[. ]+$/g, '');
  return `${short === '' ? 'room' : short}.ics`;
}

/** Lets the browser save the file. */
export function downloadIcs(room: ScheduledRoom, url: string): void {
  saveFile(new Blob([icsOf(appointmentOf(room, url), new Date())], { type: 'text/calendar;charset=utf-8' }), fileName(room.title));
}
