import { describe, expect, it } from 'vitest';
import { ROOM } from '../test/fakes';
import { createdOn, roomView } from './roomView';
import { newRoomSchema } from './schema';

describe('what a room offers', () => {
  it('an open room lets everyone in, and its owner delete it', () => {
    expect(roomView(ROOM, '2')).toEqual({ type: 'OTA', owned: false, canEnter: true, canDelete: false, hosts: false, invites: false });
    expect(roomView(ROOM, '1')).toMatchObject({ owned: true, canDelete: true, hosts: true, invites: false });
  });

  it('an invite-only room lets its owner make links to pass on', () => {
    const room = { ...ROOM, typeOf: 'IO', roomId: 'roomabc' };
    expect(roomView(room, '1')).toMatchObject({ canEnter: true, invites: true });
    expect(roomView(room, '2')).toMatchObject({ canEnter: true, invites: false });
  });

  it('co-hosts see its settings and invite, and delete nothing', () => {
    const room = { ...ROOM, typeOf: 'IO', role: 'cohost' };
    expect(roomView(room, '2')).toMatchObject({ owned: false, hosts: true, invites: true, canDelete: false });
    expect(roomView({ ...room, role: 'participant' }, '2')).toMatchObject({ hosts: false, invites: false });
    expect(roomView(room, undefined)).toMatchObject({ hosts: false });
  });

  it('a type of a newer server is not recognized, and only its owner enters', () => {
    expect(roomView({ ...ROOM, typeOf: 'XX' }, undefined)).toMatchObject({ type: 'unknown', canEnter: false });
  });

  it('says when it was made, also when that is no date', () => {
    expect(createdOn(ROOM, 'en')).toContain('2026');
    expect(createdOn({ ...ROOM, createdOn: 'soon' }, 'en')).toBe('soon');
  });
});

describe('a new room', () => {
  it('needs a title, and has no more than fits', () => {
    const room = { title: ' Standup ', description: '', typeOf: 'OTA', allowGuests: false, waitingRoom: false, scheduledOn: '' };
    expect(newRoomSchema.parse(room)).toEqual({ ...room, title: 'Standup' });
    expect(newRoomSchema.safeParse({ ...room, title: '   ' }).error?.issues[0]?.message).toBe('form.required');
    expect(newRoomSchema.safeParse({ ...room, title: 'x'.repeat(201) }).error?.issues[0]?.message).toBe('form.tooLong');
    expect(newRoomSchema.safeParse({ ...room, typeOf: 'ALL' }).success).toBe(false);
  });
});
