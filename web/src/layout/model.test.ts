import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallModel } from '../call/model';
import { NO_ROOM_STATE } from '../call/roomState';
import { FakePort, HANDLE, participant } from '../test/fakes';
import { LayoutModel } from './model';
import { LayoutPreferences } from './preferences';
import { HOLD_MS } from './speakers';

const SPACE = { width: 1264, height: 680 };

describe('the layout of a call', () => {
  let port: FakePort;
  let preferences: LayoutPreferences;
  let layout: LayoutModel;

  const ids = (where: 'stage' | 'people' | 'floating') =>
    layout.state
      .get()
      .tiles.filter((tile) => tile.where === where)
      .map(({ id }) => id);
  const join = (count: number) => port.change({ connection: 'connected', remotes: Array.from({ length: count }, (_, index) => participant(`${index + 2}:a`, { joinedAt: index })) });
  const speak = (...identities: string[]) => port.change({ remotes: port.remotes.map((remote) => ({ ...remote, speaking: identities.includes(remote.identity) })) });

  beforeEach(() => {
    vi.useFakeTimers();
    port = new FakePort();
    preferences = new LayoutPreferences(undefined);
    layout = new LayoutModel(new CallModel(port, { notify: () => undefined, ended: () => undefined }).state, preferences, Date.now);
    layout.setSpace(SPACE);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('in speaker view has who speaks on the stage, and lets a cough pass', () => {
    join(3);
    layout.setView('speaker');
    speak('3:a');
    expect(ids('stage')).toEqual(['3:a']);
    speak('3:a', '4:a');
    vi.advanceTimersByTime(HOLD_MS / 2);
    speak('3:a');
    vi.advanceTimersByTime(10 * HOLD_MS);
    expect(ids('stage')).toEqual(['3:a']);
  });

  it('has no more people on a page than it may, and others on the next', () => {
    join(9);
    layout.setMaxPeople(4);
    expect(ids('people')).toHaveLength(4);
    expect(layout.state.get().pages).toBe(3);
    layout.setMaxPeople(Infinity);
    expect(ids('people')).toHaveLength(10);
  });

  it('follows a longer turn without any news from the call, and lets the former speaker take the new one’s place', () => {
    join(4);
    layout.setView('speaker');
    speak('2:a');
    expect(ids('people')).toEqual(['3:a', '4:a', '5:a', 'local']);
    vi.advanceTimersByTime(HOLD_MS);
    speak('2:a', '4:a');
    expect(ids('stage')).toEqual(['2:a']);
    vi.advanceTimersByTime(HOLD_MS);
    expect(ids('stage')).toEqual(['4:a']);
    expect(ids('people')).toEqual(['3:a', '2:a', '5:a', 'local']);
  });

  it('brings a speaker of another page to the first when he stays, and moves nobody else', () => {
    join(40);
    const first = ids('people');
    speak('41:a');
    vi.advanceTimersByTime(HOLD_MS - 1);
    expect(ids('people')).toEqual(first);
    vi.advanceTimersByTime(1);
    const now = ids('people');
    expect(now).toContain('41:a');
    expect(first.filter((id) => !now.includes(id))).toHaveLength(1);
    expect(now.filter((id, index) => id !== first[index])).toEqual(['41:a']);
  });

  it('keeps pins for the call, the latest six', () => {
    join(10);
    for (const id of ['2:a', '3:a']) layout.togglePin(id);
    expect(ids('stage')).toEqual(['2:a', '3:a']);
    layout.togglePin('2:a');
    expect(ids('stage')).toEqual(['3:a']);
    for (const id of ['4:a', '5:a', '6:a', '7:a', '8:a', '9:a']) layout.togglePin(id);
    expect(ids('stage')).toEqual(['4:a', '5:a', '6:a', '7:a', '8:a', '9:a']);
    port.change({ remotes: port.remotes.filter(({ identity }) => identity !== '4:a') });
    expect(ids('stage')).toHaveLength(5);
  });

  it('shows the latest shared screen, another by choice, and another’s rather than one’s own', () => {
    join(3);
    const share = (...identities: string[]) =>
      port.change({
        local: { ...port.local, screen: identities.includes('1:tab') ? HANDLE : undefined },
        remotes: port.remotes.map((remote) => ({ ...remote, screen: identities.includes(remote.identity) ? HANDLE : undefined })),
      });
    share('2:a');
    share('2:a', '4:a');
    expect(ids('stage')).toEqual(['screen/4:a']);
    share('1:tab', '2:a', '4:a');
    expect(ids('stage')).toEqual(['screen/4:a']);
    layout.enlarge('screen/2:a');
    expect(ids('stage')).toEqual(['screen/2:a']);
    share('1:tab', '4:a');
    expect(ids('stage')).toEqual(['screen/4:a']);
    share('1:tab');
    expect(ids('stage')).toEqual(['screen/1:tab']);
    expect(layout.state.get().subject).toMatchObject({ kind: 'person' });
  });

  it('obeys the spotlight until the person chooses a view, and again when it moves', () => {
    join(3);
    port.change({ room: { ...NO_ROOM_STATE, spotlight: '3:a' } });
    expect(ids('stage')).toEqual(['3:a']);
    layout.setView('grid');
    expect(ids('stage')).toEqual([]);
    port.change({ room: { ...NO_ROOM_STATE, spotlight: '4:a' } });
    expect(ids('stage')).toEqual(['4:a']);
  });

  it('turns pages, and goes back when there are fewer', () => {
    join(40);
    layout.setPage(1);
    expect(layout.state.get()).toMatchObject({ page: 1, pages: 2 });
    expect(ids('people')).not.toContain('local');
    join(3);
    expect(layout.state.get()).toMatchObject({ page: 0, pages: 1 });
  });

  it('lets the own picture be moved, hidden and brought back, and remembers how', () => {
    join(1);
    const frame = () => layout.state.get().tiles.find(({ where }) => where === 'floating')?.frame;
    const before = frame();
    layout.moveSelf('topLeft');
    expect(frame()?.x).toBeLessThan(before?.x ?? 0);
    layout.prefer({ selfHidden: true });
    expect(ids('floating')).toEqual([]);
    layout.prefer({ selfHidden: false });
    expect(ids('floating')).toEqual(['local']);
    expect(preferences.state.get()).toMatchObject({ corner: 'topLeft', selfHidden: false });
  });

  it('names who speaks as the subject of a small window, and what is shared before that', () => {
    expect(layout.state.get().subject.id).toBe('local');
    join(3);
    expect(layout.state.get().subject.id).toBe('2:a');
    speak('4:a');
    expect(layout.state.get().subject.id).toBe('4:a');
    port.change({ remotes: port.remotes.map((remote) => (remote.identity === '2:a' ? { ...remote, screen: HANDLE } : remote)) });
    expect(layout.state.get().subject.id).toBe('screen/2:a');
  });
});
