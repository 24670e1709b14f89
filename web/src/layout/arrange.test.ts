import { describe, expect, it } from 'vitest';
import { NO_ROOM_STATE } from '../call/roomState';
import { HANDLE, participant } from '../test/fakes';
import { arrange, type Choice } from './arrange';
import { DEFAULTS } from './preferences';

const view = (identity: string, changes: Parameters<typeof participant>[1] = {}) => ({ ...participant(identity, changes), stale: false });
const local = view('1:tab', { isLocal: true, name: 'Me' });
const [bo, cy, di] = [view('2:a'), view('3:a'), view('4:a')];
const sharing = view('3:a', { screen: HANDLE });

function tiles(remotes: ReturnType<typeof view>[], choice: Partial<Choice> = {}, call: { local?: typeof local; spotlight?: string } = {}) {
  const defaults: Choice = { ...DEFAULTS, pins: [], dismissed: undefined, screen: undefined, floor: undefined, order: remotes.map(({ identity }) => identity) };
  const { stage, people, floating } = arrange({ local: call.local ?? local, remotes, room: { ...NO_ROOM_STATE, spotlight: call.spotlight } }, { ...defaults, ...choice });
  const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id).join(' ');
  return [ids(stage), ids(people), floating?.id ?? ''];
}

describe('without a stage', () => {
  it.each([
    ['alone, shows oneself', [], ['', 'local', '']],
    ['with one other, floats the own picture over theirs', [bo], ['', '2:a', 'local']],
    ['with more, puts oneself last', [bo, cy], ['', '2:a 3:a local', '']],
  ])('%s', (_, remotes, expected) => {
    expect(tiles(remotes)).toEqual(expected);
  });

  it('shows people in the given order, newcomers last', () => {
    expect(tiles([bo, cy, di], { order: ['4:a', '2:a'] })).toEqual(['', '4:a 2:a 3:a local', '']);
  });
});

describe('a shared screen', () => {
  it('takes the stage, and nobody floats over it', () => {
    expect(tiles([bo, sharing])).toEqual(['screen/3:a', '2:a 3:a local', '']);
    expect(tiles([bo], {}, { local: { ...local, screen: HANDLE } })).toEqual(['screen/1:tab', '2:a local', '']);
  });

  it('comes before who speaks and the spotlight, which then leads the strip', () => {
    expect(tiles([bo, sharing, di], { view: 'speaker', floor: '2:a' })).toEqual(['screen/3:a', '2:a 3:a 4:a local', '']);
    expect(tiles([bo, sharing, di], {}, { spotlight: '4:a' })).toEqual(['screen/3:a', '4:a 2:a 3:a local', '']);
  });

  it('is one of several by choice; the others lead the strip', () => {
    const all = [view('2:a', { screen: HANDLE }), sharing];
    expect(tiles(all)).toEqual(['screen/2:a', 'screen/3:a 2:a 3:a local', '']);
    expect(tiles(all, { screen: 'screen/3:a' })).toEqual(['screen/3:a', 'screen/2:a 2:a 3:a local', '']);
  });

  it('is a tile like others in the grid view', () => {
    expect(tiles([bo, sharing], { view: 'grid' })).toEqual(['', 'screen/3:a 2:a 3:a local', '']);
  });
});

describe('the speaker view', () => {
  it('has who speaks on the stage; before anyone spoke, one who can be seen', () => {
    expect(tiles([bo, cy], { view: 'speaker', floor: '3:a' })).toEqual(['3:a', '2:a local', '']);
    expect(tiles([bo, view('3:a', { cameraOn: true })], { view: 'speaker' })).toEqual(['3:a', '2:a local', '']);
    expect(tiles([bo, cy], { view: 'speaker' })).toEqual(['2:a', '3:a local', '']);
  });

  it('never has oneself, unless alone', () => {
    expect(tiles([bo], { view: 'speaker' })).toEqual(['2:a', '', 'local']);
    expect(tiles([], { view: 'speaker' })).toEqual(['', 'local', '']);
  });
});

describe('pins', () => {
  it('share the stage, before all else', () => {
    expect(tiles([bo, sharing, di], { pins: ['4:a', '2:a'], view: 'speaker', floor: '3:a' }, { spotlight: '3:a' })).toEqual(['4:a 2:a', '3:a screen/3:a local', '']);
  });

  it('may be a screen or oneself, and count for nothing when they are gone', () => {
    expect(tiles([bo, sharing], { pins: ['local', 'screen/3:a'] })).toEqual(['local screen/3:a', '2:a 3:a', '']);
    expect(tiles([bo, cy], { pins: ['9:gone'] })).toEqual(['', '2:a 3:a local', '']);
  });

  it('leave the own picture to float when nobody else is beside them', () => {
    expect(tiles([bo, cy], { pins: ['2:a', '3:a'] })).toEqual(['2:a 3:a', '', 'local']);
  });
});

describe('the spotlight', () => {
  it('shows someone to everyone, in each view', () => {
    for (const choice of ['auto', 'grid', 'speaker'] as const) expect(tiles([bo, cy], { view: choice, floor: '2:a' }, { spotlight: '3:a' })).toEqual(['3:a', '2:a local', '']);
  });

  it('shows nobody themselves, nor who is not there, nor whom one turned away from', () => {
    const grid = ['', '2:a 3:a local', ''];
    expect(tiles([bo, cy], {}, { spotlight: '1:tab' })).toEqual(grid);
    expect(tiles([bo, cy], {}, { spotlight: '9:gone' })).toEqual(grid);
    expect(tiles([bo, cy], { dismissed: '3:a' }, { spotlight: '3:a' })).toEqual(grid);
  });
});

describe('the own picture', () => {
  it('can be hidden, but not from an empty room', () => {
    expect(tiles([bo, cy], { selfHidden: true })).toEqual(['', '2:a 3:a', '']);
    expect(tiles([bo], { selfHidden: true })).toEqual(['', '2:a', '']);
    expect(tiles([], { selfHidden: true })).toEqual(['', 'local', '']);
  });

  it('can float although there is a place for it', () => {
    expect(tiles([bo, cy], { selfFloats: true })).toEqual(['', '2:a 3:a', 'local']);
    expect(tiles([], { selfFloats: true })).toEqual(['', 'local', '']);
  });
});
