import { describe, expect, it } from 'vitest';
import { BLOCK, BlockHeights, blockRange } from './blocks';

describe('the blocks that are drawn', () => {
  it('cover all messages, also those in front of the first', () => {
    expect(blockRange(0, 1)).toEqual({ first: 0, last: 1 });
    expect(blockRange(-30, 31)).toEqual({ first: -2, last: 1 });
    expect(blockRange(0, 0)).toEqual({ first: 0, last: 0 });
  });

  const measured = () => {
    const heights = new BlockHeights();
    for (let block = 0; block < 400; block += 1) heights.set(block, 1_000);
    return heights;
  };
  const range = blockRange(0, 400 * BLOCK);

  it('are few, and those that are seen', () => {
    expect(measured().near(range, 200_300, 600)).toEqual({ first: 199, last: 202 });
    expect(measured().near(range, 0, 600)).toEqual({ first: 0, last: 2 });
    expect(measured().end(range, 600)).toEqual({ first: 398, last: 400 });
  });

  it('are never none, wherever the scroll bar is', () => {
    expect(measured().near(range, 9_999_999, 600)).toEqual({ first: 399, last: 400 });
    expect(measured().near({ first: 0, last: 0 }, 0, 600)).toEqual({ first: 0, last: 0 });
  });

  it('take the usual height for what was not drawn yet', () => {
    const heights = new BlockHeights();
    heights.set(3, 400);
    heights.set(4, 600);
    expect(heights.of(1)).toBe(500);
    expect(heights.between(1, 4)).toBe(1_400);
    heights.set(3, 800);
    expect(heights.of(1)).toBe(700);
  });
});
