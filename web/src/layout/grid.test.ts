import { describe, expect, it } from 'vitest';
import { GAP_PX, layoutGrid, MAX_PER_PAGE, pageOf, type Space } from './grid';

const DESKTOP: Space = { width: 1264, height: 680 };
const UPRIGHT: Space = { width: 344, height: 500 };
const SIDEWAYS: Space = { width: 570, height: 344 };

describe('the grid', () => {
  const spaces = [DESKTOP, UPRIGHT, SIDEWAYS, { width: 1920, height: 1000 }];
  const counts = Array.from({ length: 25 }, (_, index) => index + 1);

  it.each(spaces)('keeps every tile inside %o, for 1 to 25 people', (space) => {
    for (const count of counts) {
      const grid = layoutGrid(count, space);
      expect(grid.columns * grid.tileWidth + (grid.columns - 1) * GAP_PX).toBeLessThanOrEqual(space.width);
      expect(grid.rows * grid.tileHeight + (grid.rows - 1) * GAP_PX).toBeLessThanOrEqual(space.height);
      expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(grid.perPage);
      expect(grid.tileWidth).toBeGreaterThan(0);
    }
  });

  it.each(spaces)('never makes a tile wider than 16:9 or, among several, higher than it is wide, in %o', (space) => {
    for (const count of counts) {
      const { tileWidth, tileHeight, perPage } = layoutGrid(count, space);
      expect(tileWidth / tileHeight).toBeLessThan(16 / 9 + 0.05);
      if (perPage > 1) expect(tileWidth / tileHeight).toBeGreaterThan(0.98);
    }
  });

  it.each([
    [1, DESKTOP, 1],
    [2, DESKTOP, 2],
    [4, DESKTOP, 2],
    [9, DESKTOP, 3],
    [16, DESKTOP, 4],
    [25, DESKTOP, 5],
    [2, UPRIGHT, 1],
    [4, UPRIGHT, 2],
    [2, SIDEWAYS, 2],
  ])('puts %i people in %o into %i columns', (count, space, columns) => {
    expect(layoutGrid(count, space)).toMatchObject({ columns, perPage: count });
  });

  it('lets one person fill a phone held upright', () => {
    const { tileWidth, tileHeight } = layoutGrid(1, UPRIGHT);
    expect(tileWidth).toBe(UPRIGHT.width);
    expect(tileHeight).toBe(UPRIGHT.height);
  });

  it('shows 25 people on a desktop, and more on further pages', () => {
    expect(layoutGrid(25, DESKTOP).perPage).toBe(25);
    expect(layoutGrid(300, DESKTOP).perPage).toBe(MAX_PER_PAGE);
  });

  it('shows no more a page than it may', () => {
    expect(layoutGrid(25, DESKTOP, 4)).toMatchObject({ perPage: 4, columns: 2 });
    expect(layoutGrid(3, DESKTOP, 4).perPage).toBe(3);
  });

  it('shows fewer a page where tiles would become useless', () => {
    const grid = layoutGrid(25, UPRIGHT);
    expect(grid.perPage).toBeLessThan(25);
    expect(grid.perPage).toBeGreaterThan(5);
    expect(grid.tileWidth).toBeGreaterThanOrEqual(100);
  });

  it('survives having no space at all', () => {
    expect(layoutGrid(5, { width: 0, height: 0 })).toMatchObject({ tileWidth: 0, tileHeight: 0 });
    expect(layoutGrid(0, DESKTOP).perPage).toBe(1);
  });
});

describe('pages', () => {
  const people = [1, 2, 3, 4, 5, 6, 7];

  it('cuts the list', () => {
    expect(pageOf(people, 3, 0)).toEqual({ items: [1, 2, 3], page: 0, pages: 3 });
    expect(pageOf(people, 3, 2)).toEqual({ items: [7], page: 2, pages: 3 });
  });

  it('goes to the last page when people left', () => {
    expect(pageOf(people.slice(0, 2), 3, 2)).toEqual({ items: [1, 2], page: 0, pages: 1 });
    expect(pageOf([], 3, 1)).toEqual({ items: [], page: 0, pages: 1 });
  });
});
