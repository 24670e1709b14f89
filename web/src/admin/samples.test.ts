import { describe, expect, it } from 'vitest';
import type { Sample } from '../api/admin';
import { filled, inStretches, summaryOf } from './samples';

function sample(at: string, values: Partial<Sample>): Sample {
  return { at, people: 0, rooms: 0, bitrateIn: 0, bitrateOut: 0, lossIn: 0, lossOut: 0, joins: 0, failures: 0, ...values };
}

const SAMPLES = [
  sample('2027-01-31T08:59:50Z', { people: 9, joins: 1 }),
  sample('2027-01-31T09:00:00Z', { people: 3, joins: 2, lossIn: 0.1 }),
  sample('2027-01-31T09:01:50Z', { people: 7, joins: 1, lossIn: 0.02 }),
  sample('2027-01-31T09:06:00Z', { people: 1 }),
];

describe('samples of the server', () => {
  it('are put together at round times: the most of what is measured, the sum of what is counted', () => {
    const stretches = inStretches(SAMPLES, 120);
    expect(stretches.map(({ at }) => new Date(at).toISOString().slice(11, 19))).toEqual(['08:58:00', '09:00:00', '09:06:00']);
    expect(stretches.map(({ values }) => [values.people, values.joins, values.lossIn])).toEqual([
      [9, 1, 0],
      [7, 3, 0.1],
      [1, 0, 0],
    ]);
  });

  it('leave gaps where there are none', () => {
    const all = filled(inStretches(SAMPLES, 120), 120, 720);
    expect(all.map(({ values }) => values?.people)).toEqual([undefined, 9, 7, undefined, undefined, 1]);
    expect(filled([], 120, 720)).toEqual([]);
  });

  it('are summed up', () => {
    expect(summaryOf([1, 5, 2])).toEqual({ last: 2, most: 5, total: 8 });
    expect(summaryOf([])).toEqual({ last: 0, most: 0, total: 0 });
  });
});
