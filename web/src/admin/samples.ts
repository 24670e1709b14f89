// What the server's samples say, for tiles, charts and tables. In: samples, the oldest first. Out: figures over equal stretches of time.
import type { Sample, Span } from '../api/admin';

export type SeriesName = Exclude<keyof Sample, 'at'>;

/** What is drawn together, since it has one unit. */
export const CHARTS = {
  people: ['people', 'rooms'],
  bitrate: ['bitrateIn', 'bitrateOut'],
  loss: ['lossIn', 'lossOut'],
  joins: ['joins', 'failures'],
} as const satisfies Record<string, readonly [SeriesName, SeriesName]>;

export type ChartName = keyof typeof CHARTS;

export const CHART_NAMES = ['people', 'bitrate', 'loss', 'joins'] as const satisfies readonly ChartName[];

/** What is counted adds up; of all else the most is told. */
export const isCounted = (name: SeriesName): boolean => name === 'joins' || name === 'failures';

const MINUTE = 60;

/** Seconds: the whole, one point of a line, one bar of what is counted, one row of a table. All are longer than a sample, so that each has one. */
export const STRETCHES: Record<Span, { whole: number; point: number; bar: number; row: number }> = {
  hour: { whole: 60 * MINUTE, point: 30, bar: 2 * MINUTE, row: 5 * MINUTE },
  day: { whole: 24 * 60 * MINUTE, point: 10 * MINUTE, bar: 30 * MINUTE, row: 60 * MINUTE },
};

export interface Stretch {
  /** When it begins, in milliseconds since 1970. */
  at: number;
  values: Record<SeriesName, number>;
}

function valuesOf({ people, rooms, bitrateIn, bitrateOut, lossIn, lossOut, joins, failures }: Sample): Record<SeriesName, number> {
  return { people, rooms, bitrateIn, bitrateOut, lossIn, lossOut, joins, failures };
}

function combined(one: Record<SeriesName, number>, other: Record<SeriesName, number>): Record<SeriesName, number> {
  const both = { ...one };
  for (const name of Object.keys(both) as SeriesName[]) both[name] = isCounted(name) ? one[name] + other[name] : Math.max(one[name], other[name]);
  return both;
}

/** Stretches of so many seconds, beginning at round times; those of which there is no sample are left out. */
export function inStretches(samples: readonly Sample[], seconds: number): Stretch[] {
  const stretches: Stretch[] = [];
  for (const sample of samples) {
    const at = Math.floor(Date.parse(sample.at) / (seconds * 1_000)) * seconds * 1_000;
    const last = stretches.at(-1);
    if (last?.at === at) last.values = combined(last.values, valuesOf(sample));
    else stretches.push({ at, values: valuesOf(sample) });
  }
  return stretches;
}

/** Every stretch of the time that a chart shows, also those of which there is no sample. */
export function filled(stretches: readonly Stretch[], seconds: number, whole: number): { at: number; values: Record<SeriesName, number> | undefined }[] {
  const last = stretches.at(-1)?.at;
  if (last === undefined) return [];
  const known = new Map(stretches.map(({ at, values }) => [at, values]));
  return Array.from({ length: whole / seconds }, (_, index) => {
    const at = last - (whole / seconds - 1 - index) * seconds * 1_000;
    return { at, values: known.get(at) };
  });
}

export interface Summary {
  last: number;
  most: number;
  total: number;
}

export function summaryOf(values: readonly number[]): Summary {
  return { last: values.at(-1) ?? 0, most: Math.max(0, ...values), total: values.reduce((sum, value) => sum + value, 0) };
}
