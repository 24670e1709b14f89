// The arrangement put into the window: every tile of the page with its place in pixels.
import type { Direction } from '../i18n/languages';
import { LOCAL, type Arrangement, type TileView } from './arrange';
import { frameIn, type Corner } from './corner';
import { framesOf, layoutAll, layoutGrid, layoutStrip, pageOf, type Frame, type Grid, type Space } from './grid';
import { splitSpace, type Parts } from './split';

export interface PlacedTile extends TileView {
  where: 'stage' | 'people' | 'floating';
  frame: Frame;
}

export interface Placement {
  /** The stage's tiles first, then the people, then what floats. */
  tiles: readonly PlacedTile[];
  strip: 'side' | 'bottom' | undefined;
  page: number;
  pages: number;
  /** How many people fit a page, oneself included. */
  perPage: number;
  /** Where the people are. */
  area: Frame;
  /** What the own picture floats over. */
  ground: Frame;
}

const FLOAT_SHARE = 0.22;
const FLOAT_MIN_PX = 112;
const FLOAT_MAX_PX = 240;

/** How the space is parted, and the grid of the people in their part. */
export function measure({ stage, people }: Arrangement, space: Space, maxPeople?: number): { parts: Parts; grid: Grid } {
  const parts = splitSpace(space, { stage: stage.length > 0, people: people.length > 0 });
  return { parts, grid: (stage.length > 0 ? layoutStrip : layoutGrid)(people.length, parts.people, maxPeople) };
}

/** No more people than `maxPeople` are put on a page. Read from right to left, all is mirrored but the corner that one chose. */
export function place(arrangement: Arrangement, space: Space, wantedPage: number, corner: Corner, maxPeople?: number, direction: Direction = 'ltr'): Placement {
  const { stage, people, floating } = arrangement;
  const { parts, grid } = measure(arrangement, space, maxPeople);
  const { items, page, pages } = pageOf(selfOnFirst(people, grid.perPage), grid.perPage, wantedPage);
  const directed = (frame: Frame) => (direction === 'rtl' ? { ...frame, x: space.width - frame.x - frame.width } : frame);
  const stageFrames = framesOf(stage.length, layoutAll(stage.length, parts.stage), parts.stage).map(directed);
  const peopleFrames = framesOf(items.length, grid, parts.people).map(directed);
  const tiles = [...put(stage, stageFrames, 'stage'), ...put(items, peopleFrames, 'people')];
  const ground = around(stage.length > 0 ? stageFrames : peopleFrames);
  if (floating !== undefined) {
    const width = Math.round(Math.min(FLOAT_MAX_PX, Math.max(FLOAT_MIN_PX, space.width * FLOAT_SHARE)));
    tiles.push({ ...floating, where: 'floating', frame: frameIn(ground, { width, height: Math.round(width * 0.75) }, corner) });
  }
  return { tiles, strip: parts.strip, page, pages, perPage: grid.perPage, area: directed(parts.people), ground };
}

function put(tiles: readonly TileView[], frames: readonly Frame[], where: PlacedTile['where']): PlacedTile[] {
  return tiles.flatMap((tile, index) => {
    const frame = frames[index];
    return frame === undefined ? [] : [{ ...tile, where, frame }];
  });
}

/** Where there are several pages oneself is the last of the first, unless that would leave no place for another. */
function selfOnFirst(people: readonly TileView[], perPage: number): readonly TileView[] {
  const self = people.find(({ id }) => id === LOCAL);
  if (self === undefined || people.length <= perPage || perPage === 1) return people;
  const others = people.filter((tile) => tile !== self);
  return [...others.slice(0, perPage - 1), self, ...others.slice(perPage - 1)];
}

function around(frames: readonly Frame[]): Frame {
  if (frames.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const x = Math.min(...frames.map((frame) => frame.x));
  const y = Math.min(...frames.map((frame) => frame.y));
  return { x, y, width: Math.max(...frames.map((frame) => frame.x + frame.width)) - x, height: Math.max(...frames.map((frame) => frame.y + frame.height)) - y };
}
