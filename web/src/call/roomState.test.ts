import { describe, expect, it } from 'vitest';
import { isHost, NO_ROOM_STATE, parseRoomState } from './roomState';

describe('the room’s metadata', () => {
  it('says settings, hosts and spotlight', () => {
    const metadata = { version: 7, title: 'Standup', locked: true, chatDisabled: true, owner: '1', cohosts: ['2', '3'], spotlight: '4:tab' };
    expect(parseRoomState(JSON.stringify(metadata))).toEqual({ ...NO_ROOM_STATE, ...metadata });
  });

  it.each([undefined, '', 'no JSON', 'null', '[]', '"text"', '7', '{', `{"title":"${'x'.repeat(200_000)}"}`])('says nothing when it is %.20s', (metadata) => {
    expect(parseRoomState(metadata)).toEqual(NO_ROOM_STATE);
  });

  it('leaves out what has another shape, and keeps the rest', () => {
    const metadata = { version: -1, title: {}, locked: 'yes', chatDisabled: 1, owner: 5, cohosts: ['2', 3, null, ''], spotlight: '', waitingRoom: true };
    expect(parseRoomState(JSON.stringify(metadata))).toEqual({ ...NO_ROOM_STATE, cohosts: ['2'], waitingRoom: true });
  });
});

describe('a host', () => {
  const room = { ...NO_ROOM_STATE, owner: '1', cohosts: ['2'] };

  it.each([
    ['1:tab', true],
    ['2:phone', true],
    ['3:tab', false],
    ['', false],
    ['12:tab', false],
  ])('%s: %s', (identity, expected) => {
    expect(isHost(room, identity)).toBe(expected);
  });
});
