// Figures in the words of a language. In: numbers as the server has them. Out: text.
import { dateIn, numberIn, seriesIn } from '../i18n/format';

/** 1 kB/s and more is told in the unit that keeps it short. */
const RATES = [
  { from: 1_000_000_000, unit: 'gigabit-per-second' },
  { from: 1_000_000, unit: 'megabit-per-second' },
  { from: 0, unit: 'kilobit-per-second' },
] as const;

const PER_UNIT = { 'gigabit-per-second': 1_000_000_000, 'megabit-per-second': 1_000_000, 'kilobit-per-second': 1_000 } as const;

/** Bits a second. */
export function bitrate(bps: number, language: string): string {
  const { unit } = RATES.find(({ from }) => bps >= from) ?? RATES[2];
  const value = bps / PER_UNIT[unit];
  return numberIn(language, value, { style: 'unit', unit, maximumFractionDigits: value < 10 && unit !== 'kilobit-per-second' ? 1 : 0 });
}

/** 0 to 1. */
export function percent(share: number, language: string): string {
  return numberIn(language, share, { style: 'percent', maximumFractionDigits: share > 0 && share < 0.1 ? 1 : 0 });
}

export function milliseconds(ms: number, language: string): string {
  return numberIn(language, ms, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 });
}

const STEPS = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
  { unit: 'second', seconds: 1 },
] as const;

/** A time span by its two largest units that are not zero: `1 hr 20 min`. */
export function duration(ms: number, language: string): string {
  let rest = Math.max(0, Math.round(ms / 1_000));
  const first = Math.max(0, STEPS.findIndex(({ seconds }) => rest >= seconds));
  const parts: string[] = [];
  for (const { unit, seconds } of rest < 1 ? STEPS.slice(-1) : STEPS.slice(first, first + 2)) {
    const value = Math.floor(rest / seconds);
    rest -= value * seconds;
    if (value > 0 || parts.length === 0) parts.push(numberIn(language, value, { style: 'unit', unit, unitDisplay: 'short' }));
  }
  return seriesIn(language, parts);
}

/** One length of time in full: `10 seconds`, `5 minutes`. */
export function interval(seconds: number, language: string): string {
  const [value, unit] = seconds % 60 === 0 ? [seconds / 60, 'minute'] : [seconds, 'second'];
  return numberIn(language, value, { style: 'unit', unit, unitDisplay: 'long' });
}

/** Hours and minutes, for charts. */
export function clock(at: Date, language: string): string {
  return dateIn(language, at, { timeStyle: 'short' });
}

export function day(iso: string, language: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : dateIn(language, at, { dateStyle: 'medium' });
}

/** Names in whatever order the app gives them: first, then last. */
export function fullName({ firstName, lastName }: { firstName: string; lastName: string }): string {
  return `${firstName} ${lastName}`.trim();
}
