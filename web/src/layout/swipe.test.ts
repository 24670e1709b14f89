import { describe, expect, it } from 'vitest';
import { pagesOf } from './swipe';

describe('a finger', () => {
  it.each([
    ['to the left turns to the next page', { dx: -120, dy: 10 }, 1],
    ['to the right turns back', { dx: 80, dy: -30 }, -1],
    ['that hardly moves turns none', { dx: -20, dy: 0 }, 0],
    ['that goes down turns none', { dx: -60, dy: 90 }, 0],
  ] as const)('%s', (_, stroke, pages) => {
    expect(pagesOf(stroke, 'ltr')).toBe(pages);
    expect(pagesOf(stroke, 'rtl')).toBe(0 - pages);
  });
});
