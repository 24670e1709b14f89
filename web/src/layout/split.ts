// How the space is parted while something is on the stage: the stage gets most of it, the people a strip at the side, or below in a tall window.
import { GAP_PX, type Space } from './grid';

export interface Parts {
  /** Where the people are; undefined when they have all of the space. */
  strip: 'side' | 'bottom' | undefined;
  stage: Space;
  people: Space;
}

const SHARE = 0.2;
const MIN_STRIP_PX = 120;
const MAX_STRIP_PX = 260;

export function splitSpace(space: Space, staged: boolean): Parts {
  if (!staged) return { strip: undefined, stage: { width: 0, height: 0 }, people: space };
  const side = space.width >= space.height;
  const length = side ? space.width : space.height;
  const strip = Math.min(length, MAX_STRIP_PX, Math.max(MIN_STRIP_PX, Math.round(length * SHARE)));
  const rest = Math.max(0, length - strip - GAP_PX);
  return side
    ? { strip: 'side', stage: { width: rest, height: space.height }, people: { width: strip, height: space.height } }
    : { strip: 'bottom', stage: { width: space.width, height: rest }, people: { width: space.width, height: strip } };
}
