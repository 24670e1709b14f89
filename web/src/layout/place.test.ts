import { describe, expect, it } from 'vitest';
import { participant } from '../test/fakes';
import { LOCAL, type TileView } from './arrange';
import { MAX_PER_PAGE, type Space } from './grid';
import { place, type PlacedTile } from './place';

/** The tiles' space in windows of 1280×800, 1920×1080, 360×640 and 640×360. */
const SPACES: Space[] = [
  { width: 1264, height: 680 },
  { width: 1904, height: 960 },
  { width: 344, height: 510 },
  { width: 556, height: 344 },
];

function tile(id: string): TileView {
  return { id, kind: 'person', participant: { ...participant(id, { isLocal: id === LOCAL }), stale: false } };
}
const others = (count: number) => Array.from({ length: count }, (_, index) => tile(`${index}:a`));
const self = tile(LOCAL);

function overlap(a: PlacedTile, b: PlacedTile): boolean {
  return a.frame.x < b.frame.x + b.frame.width && b.frame.x < a.frame.x + a.frame.width && a.frame.y < b.frame.y + b.frame.height && b.frame.y < a.frame.y + a.frame.height;
}

describe.each(SPACES)('in %o', (space) => {
  it.each([
    [0, 1],
    [0, 2],
    [0, 5],
    [0, 16],
    [0, 25],
    [0, 49],
    [1, 1],
    [1, 8],
    [2, 3],
    [6, 40],
  ])('%i on the stage and %i people are all inside, and none covers another', (staged, people) => {
    const { tiles, pages, perPage } = place({ stage: others(staged + people).slice(people), people: others(people), floating: undefined }, space, 0, 'topLeft');
    expect(tiles.length).toBe(staged + Math.min(people, perPage));
    expect(pages).toBe(Math.ceil(people / perPage));
    for (const { frame } of tiles) {
      expect(frame.x).toBeGreaterThanOrEqual(0);
      expect(frame.y).toBeGreaterThanOrEqual(0);
      expect(frame.x + frame.width).toBeLessThanOrEqual(space.width + 1);
      expect(frame.y + frame.height).toBeLessThanOrEqual(space.height + 1);
      expect(Math.min(frame.width, frame.height)).toBeGreaterThan(56);
    }
    for (const [index, a] of tiles.entries()) for (const b of tiles.slice(index + 1)) expect(overlap(a, b), `${a.id} ${b.id}`).toBe(false);
  });

  it('the own picture floats over the others, inside them', () => {
    const { tiles, ground } = place({ stage: [], people: others(1), floating: self }, space, 0, 'bottomRight');
    const floating = tiles.at(-1);
    expect(floating).toMatchObject({ id: LOCAL, where: 'floating' });
    expect((floating?.frame.x ?? 0) + (floating?.frame.width ?? 0)).toBeLessThan(ground.x + ground.width);
    expect((floating?.frame.y ?? 0) + (floating?.frame.height ?? 0)).toBeLessThan(ground.y + ground.height);
  });
});

it.each(SPACES.slice(0, 2))('25 people fill the rows in %o', (space) => {
  const { tiles } = place({ stage: [], people: others(25), floating: undefined }, space, 0, 'topLeft');
  expect(new Set(tiles.map(({ frame }) => frame.y)).size).toBe(5);
});

it('a phone’s strip shows three people at once', () => {
  const { tiles, strip } = place({ stage: [self], people: others(5), floating: undefined }, { width: 344, height: 510 }, 0, 'topLeft');
  expect(strip).toBe('bottom');
  expect(tiles.filter(({ where }) => where === 'people')).toHaveLength(3);
});

describe('pages', () => {
  const space = { width: 1264, height: 680 };
  const idsOn = (page: number) => place({ stage: [], people: [...others(48), self], floating: undefined }, space, page, 'topLeft').tiles.map(({ id }) => id);

  it('have everyone on one of them, oneself on the first', () => {
    expect(idsOn(0)).toHaveLength(MAX_PER_PAGE);
    expect(idsOn(0).at(-1)).toBe(LOCAL);
    expect(new Set([...idsOn(0), ...idsOn(1)]).size).toBe(49);
  });

  it('keep the size of the tiles', () => {
    const sizes = [0, 1].map((page) => place({ stage: [], people: others(30), floating: undefined }, space, page, 'topLeft').tiles[0]?.frame.width);
    expect(sizes[0]).toBe(sizes[1]);
  });
});

describe('read from right to left', () => {
  const space = SPACES[0] as Space;
  const people = { stage: [], people: others(3), floating: self };
  const ltr = place(people, space, 0, 'bottomRight');
  const rtl = place(people, space, 0, 'bottomRight', undefined, 'rtl');

  it('the first is at the right, and all lies mirrored', () => {
    const seats = (tiles: readonly PlacedTile[]) => tiles.filter(({ where }) => where === 'people').map(({ frame }) => frame);
    expect(seats(rtl.tiles)).toEqual(seats(ltr.tiles).map((frame) => ({ ...frame, x: space.width - frame.x - frame.width })));
    expect(seats(rtl.tiles)[0]?.x).toBeGreaterThan(seats(rtl.tiles)[1]?.x ?? Infinity);
  });

  it('the own picture stays in the corner that one chose', () => {
    expect(rtl.tiles.at(-1)?.frame).toEqual(ltr.tiles.at(-1)?.frame);
  });
});
