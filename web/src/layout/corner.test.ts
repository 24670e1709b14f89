import { describe, expect, it } from 'vitest';
import { CORNERS, cornerByKey, frameIn, nearestCorner } from './corner';

const AREA = { x: 100, y: 50, width: 800, height: 400 };
const SIZE = { width: 160, height: 120 };

describe('the own picture', () => {
  it.each(CORNERS)('in the corner %s is inside, and dropped there stays there', (corner) => {
    const frame = frameIn(AREA, SIZE, corner);
    expect(frame.x).toBeGreaterThan(AREA.x);
    expect(frame.y).toBeGreaterThan(AREA.y);
    expect(frame.x + frame.width).toBeLessThan(AREA.x + AREA.width);
    expect(frame.y + frame.height).toBeLessThan(AREA.y + AREA.height);
    expect(nearestCorner(AREA, frame)).toBe(corner);
  });

  it('goes to the nearest corner when it is dropped between', () => {
    expect(nearestCorner(AREA, { ...SIZE, x: 450, y: 60 })).toBe('topRight');
    expect(nearestCorner(AREA, { ...SIZE, x: 200, y: 390 })).toBe('bottomLeft');
  });

  it('follows the arrow keys, and no other', () => {
    expect(cornerByKey('bottomRight', 'ArrowUp')).toBe('topRight');
    expect(cornerByKey('topRight', 'ArrowLeft')).toBe('topLeft');
    expect(cornerByKey('topLeft', 'ArrowLeft')).toBe('topLeft');
    expect(cornerByKey('topLeft', 'ArrowDown')).toBe('bottomLeft');
    expect(cornerByKey('topLeft', 'a')).toBeUndefined();
  });

  it('does not leave an area that it hardly fits', () => {
    expect(frameIn({ x: 0, y: 0, width: 160, height: 124 }, SIZE, 'bottomRight')).toEqual({ x: 0, y: 4, ...SIZE });
  });
});
