import { describe, expect, it } from 'vitest';
import { ApiError, failureFrom } from '../api/errors';
import { HostApi } from '../api/host';
import { endFromError, mayComeBack } from '../call/end';
import type { CallState } from '../call/model';
import { NO_ROOM_STATE, type RoomState } from '../call/roomState';
import { i18next } from '../i18n';
import { Store } from '../ui/store';
import { powersOver } from './powers';
import { refusalText } from './refusal';
import { watchRules } from './ruleNews';
import { matching } from './search';

const refused = (status: number, body?: unknown) => new ApiError(failureFrom(status, body, null));

const RULES = { version: 7, locked: true, waitingRoom: false, chatDisabled: false, shareDisabled: false, unmuteDisabled: false, allowGuests: true, typeOf: 'OTA' };

describe('the hosts’ part of the API', () => {
  it('asks what the server understands', async () => {
    const asked: unknown[] = [];
    const api = new HostApi({ request: ({ method, path, body }) => (asked.push([method, path, body]), Promise.resolve(path.endsWith('/4/') ? RULES : [])) });
    expect(await api.setRules(4, { locked: true, version: 6 })).toEqual(RULES);
    await api.rules(4);
    await api.remove(4, '2:tab');
    await api.mute(4, '2:tab');
    await api.mute(4);
    await api.lowerHand(4, '2:tab');
    await api.lowerHand(4);
    await api.stopShare(4, '2:tab');
    await api.end(4);
    await api.setCohost(4, 2, true);
    await api.setCohost(4, 2, false);
    await api.handOver(4, 2);
    await api.bans(4);
    await api.ban(4, 2);
    await api.unban(4, 2);
    await api.openInvitations(4);
    await api.revokeInvitations(4);
    expect(asked).toEqual([
      ['PATCH', '/api/rooms/4/', { locked: true, version: 6 }],
      ['GET', '/api/rooms/4/', undefined],
      ['POST', '/api/rooms/4/remove/', { identity: '2:tab' }],
      ['POST', '/api/rooms/4/mute/', { identity: '2:tab' }],
      ['POST', '/api/rooms/4/mute/', { everyone: true }],
      ['POST', '/api/rooms/4/lower-hand/', { identity: '2:tab' }],
      ['POST', '/api/rooms/4/lower-hand/', { everyone: true }],
      ['POST', '/api/rooms/4/stop-share/', { identity: '2:tab' }],
      ['POST', '/api/rooms/4/end/', {}],
      ['PUT', '/api/rooms/4/roles/2/', { role: 'cohost' }],
      ['PUT', '/api/rooms/4/roles/2/', { role: 'participant' }],
      ['POST', '/api/rooms/4/owner/', { user: 2 }],
      ['GET', '/api/rooms/4/bans/', undefined],
      ['POST', '/api/rooms/4/bans/', { user: 2 }],
      ['DELETE', '/api/rooms/4/bans/2/', undefined],
      ['GET', '/api/rooms/4/invitations/', undefined],
      ['DELETE', '/api/rooms/4/invitations/', undefined],
    ]);
  });

  it('counts the invitations that let somebody in still', async () => {
    const now = Date.parse('2026-11-28T09:00:00Z');
    const invitations = [
      { expiresOn: null, uses: null, used: 4 },
      { expiresOn: '2026-11-28T09:00:01Z', uses: 2, used: 1 },
      { expiresOn: '2026-11-28T09:00:00Z', uses: null, used: 0 },
      { expiresOn: null, uses: 2, used: 2 },
    ];
    expect(await new HostApi({ request: () => Promise.resolve(invitations) }, () => now).openInvitations(4)).toBe(2);
  });

  it('takes nothing of another shape', async () => {
    const api = new HostApi({ request: () => Promise.resolve([{ user: 'x' }]) });
    for (const answer of [api.bans(4), api.rules(4), api.setRules(4, {}), api.openInvitations(4)]) await expect(answer).rejects.toMatchObject({ failure: { kind: 'malformed' } });
  });
});

describe('a refused join', () => {
  it.each([
    [refused(403, { detail: 'x', code: 'room_locked' }), 'locked'],
    [refused(403, { detail: 'x', code: 'banned' }), 'banned'],
    [refused(403), 'forbidden'],
    [refused(404), 'notFound'],
    [refused(503), 'failed'],
    [new TypeError('x'), 'failed'],
  ])('%s is %s', (error, reason) => {
    expect(endFromError(error)).toBe(reason);
  });

  it('can be tried again where that may help', () => {
    expect((['locked', 'removed', 'ended'] as const).every(mayComeBack)).toBe(true);
    expect((['banned', 'deleted', 'forbidden'] as const).some(mayComeBack)).toBe(false);
  });
});

it.each([
  [403, { detail: 'Only the owner of a room may put out a co-host.', code: 'forbidden' }, 'Only the owner of a room may put out a co-host.'],
  [404, undefined, 'They are not here any more.'],
  [409, { detail: 'x', code: 'knock_decided' }, 'This cannot be done at the moment. The state may have changed meanwhile.'],
  [409, { detail: 'x', code: 'version_conflict' }, 'Another host has changed the room at the same moment. You see how it is now.'],
  [503, { detail: 'x', code: 'unavailable' }, 'The server cannot do this at the moment. Try again in a while.'],
  [400, { user: ['This account is banned from the room. Lift the ban first.'] }, 'This account is banned from the room. Lift the ban first.'],
])('a %i for a host’s action, %j, is said in words', (status, body, words) => {
  expect(refusalText(i18next.t, refused(status, body))).toBe(words);
});

describe('powers', () => {
  const room = { ...NO_ROOM_STATE, owner: '1', cohosts: ['2', '3'] };
  const guest = `g${'0a'.repeat(16)}`;

  it.each([
    ['1', '1', undefined],
    ['1', '2', { remove: true, ban: true, appoint: true }],
    ['1', '9', { remove: true, ban: true, appoint: true }],
    ['1', guest, { remove: true, ban: true, appoint: false }],
    ['1', 'recorder', { remove: true, ban: false, appoint: false }],
    ['1', 'g0a', { remove: true, ban: false, appoint: false }],
    ['2', '1', { remove: false, ban: false, appoint: false }],
    ['2', '3', { remove: false, ban: false, appoint: false }],
    ['2', '9', { remove: true, ban: true, appoint: false }],
    ['9', '8', undefined],
    ['9', '1', undefined],
    ['', '9', undefined],
  ])('of %s over %s', (own, other, powers) => {
    expect(powersOver(room, own, other)).toEqual(powers);
  });
});

describe('news of the rules', () => {
  function watch(identity: string, room: RoomState) {
    const told: string[] = [];
    const base = { phase: 'connected', local: { identity }, room } as CallState;
    const call = new Store<CallState>({ ...base, phase: 'connecting' });
    watchRules(call, (news) => told.push(news));
    const change = (changes: Partial<RoomState>) => call.set({ ...call.get(), room: { ...call.get().room, ...changes } });
    call.set(base);
    return { told, change, call };
  }
  const room = { ...NO_ROOM_STATE, version: 3, owner: '1', cohosts: ['2'] };

  it('tell others what they may no longer do, and what they may again', () => {
    const { told, change } = watch('9:tab', room);
    change({ chatDisabled: true, shareDisabled: true });
    change({ unmuteDisabled: true, locked: true });
    change({ chatDisabled: false, shareDisabled: false });
    change({ unmuteDisabled: false });
    expect(told).toEqual(['chatOff', 'shareOff', 'unmuteOff', 'chatOn', 'shareOn', 'unmuteOn']);
  });

  it('tell hosts nothing but what becomes of them', () => {
    const { told, change } = watch('2:tab', { ...room, unmuteDisabled: true });
    change({ chatDisabled: true });
    change({ cohosts: [] });
    change({ cohosts: ['2'] });
    change({ owner: '2', cohosts: ['1'] });
    expect(told).toEqual(['becameNobody', 'becameCohost', 'becameOwner']);
  });

  it('tell whoever comes in that microphones are muted, and of nothing else', () => {
    expect(watch('9:tab', { ...room, unmuteDisabled: true, chatDisabled: true }).told).toEqual(['unmuteOff']);
  });
});

it('people are found by a part of their name, in any case', () => {
  const people = [{ name: 'Ana Bergström' }, { name: 'Bo' }];
  expect(matching(people, ' BERG ')).toEqual([people[0]]);
  expect(matching(people, ' ')).toBe(people);
  expect(matching(people, 'x')).toEqual([]);
});
