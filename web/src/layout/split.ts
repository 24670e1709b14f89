// How the space is parted while something is on the stage: the stage gets most of it, the people a strip at the side, or below in a tall window.
import { GAP_PX, type Frame, type Space } from './grid';

export interface Parts {
  /** Where the people are; undefined when one of the two has all of the space. */
  strip: 'side' | 'bottom' | undefined;
  stage: Frame;
  people: Frame;
}

const SHARE = 0.2;
const MIN_STRIP_PX = 120;
const MAX_STRIP_PX = 260;
const NOTHING: Frame = { x: 0, y: 0, width: 0, height: 0 };

export function splitSpace(space: Space, shown: { stage: boolean; people: boolean }): Parts {
  const all: Frame = { x: 0, y: 0, width: space.width, height: space.height };
  if (!shown.stage) return { strip: undefined, stage: NOTHING, people: all };
  if (!shown.people) return { strip: undefined, stage: all, people: NOTHING };
  const side = space.width >= space.height;
  const length = side ? space.width : space.height;
  const strip = Math.min(length, MAX_STRIP_PX, Math.max(MIN_STRIP_PX, Math.round(length * SHARE)));
  const rest = Math.max(0, length - strip - GAP_PX);
  const after = length - strip;
  return side
    ? { strip: 'side', stage: { ...all, width: rest }, people: { ...all, x: after, width: strip } }
    : { strip: 'bottom', stage: { ...all, height: rest }, people: { ...all, y: after, height: strip } };
}
