import { describe, expect, it } from 'vitest';
import { GAP_PX } from './grid';
import { splitSpace } from './split';

describe('the space', () => {
  it('is all the people’s while nothing is on the stage', () => {
    const space = { width: 1000, height: 600 };
    expect(splitSpace(space, false)).toMatchObject({ strip: undefined, people: space });
  });

  it('has the people at the side of a wide window', () => {
    const { strip, stage, people } = splitSpace({ width: 1000, height: 600 }, true);
    expect(strip).toBe('side');
    expect(stage.width + people.width + GAP_PX).toBe(1000);
    expect(stage.width).toBeGreaterThan(3 * people.width);
  });

  it('has the people at the foot of a tall window', () => {
    const { strip, stage, people } = splitSpace({ width: 390, height: 700 }, true);
    expect(strip).toBe('bottom');
    expect(people).toEqual({ width: 390, height: 140 });
    expect(stage).toEqual({ width: 390, height: 700 - 140 - GAP_PX });
  });
});
