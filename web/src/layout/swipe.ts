// A finger that turns pages.
import type { Direction } from '../i18n/languages';

export interface Stroke {
  dx: number;
  dy: number;
}

const LEAST_PX = 50;

/** How many pages a finger's way turns: 1, -1, or 0 for what is no swipe to the side. The next page lies where the text goes on. */
export function pagesOf({ dx, dy }: Stroke, direction: Direction): -1 | 0 | 1 {
  if (Math.abs(dx) < LEAST_PX || Math.abs(dx) < 2 * Math.abs(dy)) return 0;
  return dx < 0 === (direction === 'ltr') ? 1 : -1;
}
