// When people mean to meet in a room, as one says it: today, tomorrow, or a date. In: the time, now, and the language. Out: words and what they are worth.
import { dateIn } from '../i18n/format';

export interface Schedule {
  day: 'today' | 'tomorrow' | 'other';
  /** `coming`, `now` in the hour after its beginning, then `past`. */
  phase: 'coming' | 'now' | 'past';
  /** The time of day. */
  time: string;
  /** Date and time. */
  whole: string;
}

/** Rooms have no end; for so long they count as under way. */
const UNDER_WAY_MS = 3_600_000;

const dayOf = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate());

/** Undefined when there is no time. All of it in the zone of this browser. */
export function scheduleOf(iso: string | null, now: Date, language: string): Schedule | undefined {
  const at = new Date(iso ?? NaN);
  if (Number.isNaN(at.getTime())) return undefined;
  const today = dayOf(now);
  // Days of 23 and 25 hours exist: the calendar counts them, not the clock.
  const tomorrow = new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1);
  const day = dayOf(at).getTime();
  const nearYear = Math.abs(at.getTime() - now.getTime()) < 180 * 24 * 3_600_000;
  return {
    day: day === today.getTime() ? 'today' : day === tomorrow.getTime() ? 'tomorrow' : 'other',
    phase: now < at ? 'coming' : now.getTime() < at.getTime() + UNDER_WAY_MS ? 'now' : 'past',
    time: dateIn(language, at, { timeStyle: 'short' }),
    whole: dateIn(language, at, {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      ...(nearYear ? {} : { year: 'numeric' }),
      hour: 'numeric',
      minute: '2-digit',
    }),
  };
}
