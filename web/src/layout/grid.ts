// Where the tiles go: the arrangement that makes them largest in the space there is.

export interface Space {
  width: number;
  height: number;
}

/** A place in the space, in CSS pixels from its top left. */
export interface Frame extends Space {
  x: number;
  y: number;
}

export interface Grid {
  columns: number;
  rows: number;
  tileWidth: number;
  tileHeight: number;
  /** How many tiles fit a page. */
  perPage: number;
}

export const GAP_PX = 8;
export const MAX_PER_PAGE = 25;

/** Tiles narrower than this show nobody's face; then a second page is better. */
const MIN_TILE_PX = 112;
/** In a strip beside something larger they may be smaller. */
const MIN_STRIP_TILE_PX = 104;
const WIDEST = 16 / 9;
/** Several tiles are at least square; a single one may fill a phone held upright. */
const NARROWEST = 1;
const NARROWEST_ALONE = 9 / 16;

function arrange(count: number, columns: number, space: Space): Omit<Grid, 'perPage'> {
  const rows = Math.ceil(count / columns);
  const cellWidth = Math.max(0, (space.width - GAP_PX * (columns - 1)) / columns);
  const cellHeight = Math.max(0, (space.height - GAP_PX * (rows - 1)) / rows);
  const narrowest = count === 1 ? NARROWEST_ALONE : NARROWEST;
  const tileWidth = Math.min(cellWidth, cellHeight * WIDEST);
  const tileHeight = Math.min(cellHeight, cellWidth / narrowest);
  return { columns, rows, tileWidth: Math.floor(tileWidth), tileHeight: Math.floor(tileHeight) };
}

/** Size counts most; of arrangements of about the same size the one with fewer empty places looks calmer. */
function merit({ columns, rows, tileWidth, tileHeight }: Omit<Grid, 'perPage'>, count: number): number {
  return tileWidth * tileHeight * (count / (columns * rows)) ** 0.25;
}

function largest(count: number, space: Space): Omit<Grid, 'perPage'> {
  let best = arrange(count, 1, space);
  for (let columns = 2; columns <= count; columns += 1) {
    const next = arrange(count, columns, space);
    if (merit(next, count) > merit(best, count)) best = next;
  }
  return best;
}

/** The best grid for so many tiles; those that would be narrower than `least`, or are more than may be, go to further pages. */
export function layoutGrid(count: number, space: Space, maxPerPage = MAX_PER_PAGE, least = MIN_TILE_PX): Grid {
  let shown = Math.min(Math.max(count, 1), maxPerPage, MAX_PER_PAGE);
  let grid = largest(shown, space);
  while (shown > 1 && Math.min(grid.tileWidth, grid.tileHeight * WIDEST) < least) {
    shown -= 1;
    grid = largest(shown, space);
  }
  return { ...grid, perPage: shown };
}

/** The grid of the people beside a stage. */
export const layoutStrip = (count: number, space: Space, maxPerPage?: number): Grid => layoutGrid(count, space, maxPerPage, MIN_STRIP_TILE_PX);

/** The grid for so many tiles on one page, however small that makes them. */
export function layoutAll(count: number, space: Space): Grid {
  const shown = Math.max(count, 1);
  return { ...largest(shown, space), perPage: shown };
}

/** The places of so many tiles of a page, with every row in the middle. */
export function framesOf(count: number, { columns, tileWidth, tileHeight }: Grid, area: Frame): Frame[] {
  const rows = Math.ceil(count / columns);
  const y = area.y + (area.height - rows * tileHeight - (rows - 1) * GAP_PX) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const x = area.x + (area.width - inRow * tileWidth - (inRow - 1) * GAP_PX) / 2;
    return {
      x: Math.round(x + (index % columns) * (tileWidth + GAP_PX)),
      y: Math.round(y + row * (tileHeight + GAP_PX)),
      width: tileWidth,
      height: tileHeight,
    };
  });
}

/** The tiles of one page; a page number beyond the last means the last. */
export function pageOf<T>(items: readonly T[], perPage: number, page: number): { items: readonly T[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(items.length / perPage));
  const actual = Math.min(Math.max(page, 0), pages - 1);
  return { items: items.slice(actual * perPage, (actual + 1) * perPage), page: actual, pages };
}
