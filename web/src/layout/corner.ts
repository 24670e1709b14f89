// The corner in which the own picture floats: the nearest one to where it is dropped, the next one in an arrow's direction.
import type { Frame } from './grid';

export const CORNERS = ['topLeft', 'topRight', 'bottomRight', 'bottomLeft'] as const;
export type Corner = (typeof CORNERS)[number];

export interface Size {
  width: number;
  height: number;
}

/** From the edge of what it floats over. */
const INSET_PX = 10;

const isTop = (corner: Corner) => corner === 'topLeft' || corner === 'topRight';
const isLeft = (corner: Corner) => corner === 'topLeft' || corner === 'bottomLeft';
const cornerAt = (top: boolean, left: boolean): Corner => (top ? (left ? 'topLeft' : 'topRight') : left ? 'bottomLeft' : 'bottomRight');

export function frameIn(area: Frame, { width, height }: Size, corner: Corner): Frame {
  const inset = Math.max(0, Math.min(INSET_PX, area.width - width, area.height - height));
  return {
    x: isLeft(corner) ? area.x + inset : area.x + area.width - width - inset,
    y: isTop(corner) ? area.y + inset : area.y + area.height - height - inset,
    width,
    height,
  };
}

/** Where a picture belongs that was dropped at a frame. */
export function nearestCorner(area: Frame, dropped: Frame): Corner {
  return cornerAt(dropped.y + dropped.height / 2 < area.y + area.height / 2, dropped.x + dropped.width / 2 < area.x + area.width / 2);
}

/** Where a key moves the picture; undefined for keys that do not. */
export function cornerByKey(corner: Corner, key: string): Corner | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      return cornerAt(isTop(corner), key === 'ArrowLeft');
    case 'ArrowUp':
    case 'ArrowDown':
      return cornerAt(key === 'ArrowUp', isLeft(corner));
    default:
      return undefined;
  }
}
