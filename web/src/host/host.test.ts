import { describe, expect, it } from 'vitest';
import { ApiError, failureFrom } from '../api/errors';
import { HostApi } from '../api/host';
import { endFromError, mayComeBack } from '../call/end';
import { hostRefusal } from './refusal';
import { matching } from './search';

const refused = (status: number, body?: unknown) => new ApiError(failureFrom(status, body, null));

describe('the host’s part of the API', () => {
  it('asks what the server understands', async () => {
    const asked: unknown[] = [];
    const api = new HostApi({ request: ({ method, path, body }) => (asked.push([method, path, body]), Promise.resolve([])) });
    await api.setLocked(4, true);
    await api.remove(4, '2:tab');
    await api.mute(4, '2:tab');
    await api.mute(4);
    await api.end(4);
    await api.bans(4);
    await api.ban(4, 2);
    await api.unban(4, 2);
    expect(asked).toEqual([
      ['PATCH', '/api/rooms/4/', { locked: true }],
      ['POST', '/api/rooms/4/remove/', { identity: '2:tab' }],
      ['POST', '/api/rooms/4/mute/', { identity: '2:tab' }],
      ['POST', '/api/rooms/4/mute/', { everyone: true }],
      ['POST', '/api/rooms/4/end/', {}],
      ['GET', '/api/rooms/4/bans/', undefined],
      ['POST', '/api/rooms/4/bans/', { user: 2 }],
      ['DELETE', '/api/rooms/4/bans/2/', undefined],
    ]);
  });

  it('takes no bans of another shape', async () => {
    const api = new HostApi({ request: () => Promise.resolve([{ user: 'x' }]) });
    await expect(api.bans(4)).rejects.toMatchObject({ failure: { kind: 'malformed' } });
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
  [403, 'host.error.forbidden'],
  [404, 'host.error.gone'],
  [409, 'host.error.conflict'],
  [503, 'host.error.unavailable'],
  [500, undefined],
])('a %i for a host’s action has words of its own: %s', (status, key) => {
  expect(hostRefusal(refused(status))).toBe(key);
});

it('people are found by a part of their name, in any case', () => {
  const people = [{ name: 'Ana Bergström' }, { name: 'Bo' }];
  expect(matching(people, ' BERG ')).toEqual([people[0]]);
  expect(matching(people, ' ')).toBe(people);
  expect(matching(people, 'x')).toEqual([]);
});
