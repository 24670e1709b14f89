import { describe, expect, it } from 'vitest';
import { GAP_PX } from './grid';
import { splitSpace } from './split';

const BOTH = { stage: true, people: true };
const WIDE = { width: 1000, height: 600 };

describe('the space', () => {
  it('is all the people’s while nothing is on the stage, and all the stage’s while nobody is beside it', () => {
    expect(splitSpace(WIDE, { stage: false, people: true })).toMatchObject({ strip: undefined, people: WIDE });
    expect(splitSpace(WIDE, { stage: true, people: false })).toMatchObject({ strip: undefined, stage: WIDE });
  });

  it('has the people at the side of a wide window', () => {
    const { strip, stage, people } = splitSpace(WIDE, BOTH);
    expect(strip).toBe('side');
    expect(stage.width + people.width + GAP_PX).toBe(1000);
    expect(people.x).toBe(stage.width + GAP_PX);
    expect(stage.width).toBeGreaterThan(3 * people.width);
  });

  it('has the people at the foot of a tall window', () => {
    const { strip, stage, people } = splitSpace({ width: 390, height: 700 }, BOTH);
    expect(strip).toBe('bottom');
    expect(people).toEqual({ x: 0, y: 560, width: 390, height: 140 });
    expect(stage).toEqual({ x: 0, y: 0, width: 390, height: 560 - GAP_PX });
  });
});
