import { describe, expect, it } from 'vitest';
import { bitrate, duration, interval, percent } from './format';

/** Intl parts some numbers from their units by spaces of other kinds. */
const plain = (text: string) => text.replace(/\s/gu, ' ');

describe('figures in words', () => {
  it('tells bit rates in the unit that keeps them short', () => {
    expect([0, 480, 96_400, 1_540_000, 24_600_000, 3_210_000_000].map((bps) => plain(bitrate(bps, 'en')))).toEqual(['0 kb/s', '0 kb/s', '96 kb/s', '1.5 Mb/s', '25 Mb/s', '3.2 Gb/s']);
    expect(plain(bitrate(1_540_000, 'de'))).toBe('1,5 Mb/s');
  });

  it('tells small losses exactly', () => {
    expect([0, 0.004, 0.0312, 0.25].map((share) => percent(share, 'en'))).toEqual(['0%', '0.4%', '3.1%', '25%']);
  });

  it('tells how long by two units', () => {
    expect([0, 900, 59_000, 61_000, 3_600_000, 5_430_000, 90_000_000].map((ms) => plain(duration(ms, 'en')))).toEqual([
      '0 sec',
      '1 sec',
      '59 sec',
      '1 min, 1 sec',
      '1 hr',
      '1 hr, 30 min',
      '1 day, 1 hr',
    ]);
    expect(plain(duration(-5_000, 'en'))).toBe('0 sec');
    expect(plain(interval(300, 'en'))).toBe('5 minutes');
    expect(plain(interval(10, 'en'))).toBe('10 seconds');
  });
});
