import { describe, expect, it } from 'vitest';
import { HANDLE, participant } from '../test/fakes';
import { stageOf } from './tiles';

const view = (identity: string, changes: Parameters<typeof participant>[1] = {}) => ({ ...participant(identity, changes), stale: false });
const local = view('1:tab', { isLocal: true, name: 'Me' });

describe('the stage', () => {
  it('alone, shows oneself', () => {
    expect(stageOf({ local, remotes: [] })).toMatchObject({ screens: [], people: [{ id: 'local' }], floating: undefined });
  });

  it('with one other, floats the own picture over theirs', () => {
    const stage = stageOf({ local, remotes: [view('2:a')] });
    expect(stage.people.map((tile) => tile.id)).toEqual(['2:a']);
    expect(stage.floating).toBe(local);
  });

  it('with more, puts oneself last, and shared screens on the stage', () => {
    const stage = stageOf({ local, remotes: [view('2:a'), view('3:a', { screen: HANDLE })] });
    expect(stage.screens.map((tile) => tile.id)).toEqual(['screen/3:a']);
    expect(stage.people.map((tile) => tile.id)).toEqual(['2:a', '3:a', 'local']);
    expect(stage.floating).toBeUndefined();
  });

  it('floats nobody over a shared screen', () => {
    const stage = stageOf({ local: { ...local, screen: HANDLE }, remotes: [view('2:a')] });
    expect(stage.screens.map((tile) => tile.id)).toEqual(['screen/1:tab']);
    expect(stage.people.map((tile) => tile.id)).toEqual(['2:a', 'local']);
    expect(stage.floating).toBeUndefined();
  });
});
