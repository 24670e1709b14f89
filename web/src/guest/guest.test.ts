import { beforeEach, describe, expect, it } from 'vitest';
import { Caller } from '../api/caller';
import { ApiError, failureFrom } from '../api/errors';
import type { Request } from '../api/http';
import { KnownGuests } from './known';
import { cleanName, nameProblem, rememberedName, rememberName } from './name';
import { GuestSession } from './session';

function storage() {
  const kept = new Map<string, string>();
  return { kept, getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
}

describe('the name of a guest', () => {
  it('is one line that turns nothing around', () => {
    expect(cleanName(' \u202egnu\u202c\tZo\u00eb\nB\u2028C\u0000 ')).toBe('gnu Zo\u00eb B C');
    expect(cleanName('<b>\u{1f600}</b>')).toBe('<b>\u{1f600}</b>');
  });

  it('is there, and not endless', () => {
    expect(nameProblem(' \u2066\n')).toBe('required');
    expect(nameProblem('\u{1f600}'.repeat(150))).toBeUndefined();
    expect(nameProblem('\u{1f600}'.repeat(151))).toBe('tooLong');
  });

  it('is remembered in this browser, unless that is nonsense', () => {
    const kept = storage();
    expect(rememberedName(kept)).toBe('');
    rememberName('Gus', kept);
    expect(rememberedName(kept)).toBe('Gus');
    for (const nonsense of ['7', '"\u202e"', `"${'x'.repeat(200)}"`, '{']) {
      kept.setItem('rotunda.guestName', nonsense);
      expect(rememberedName(kept)).toBe('');
    }
  });
});

describe('rooms of which this browser is a guest', () => {
  it('are remembered for as long as the session may last, and not too many', () => {
    let now = 1_000;
    const kept = storage();
    const known = new KnownGuests(kept, () => now);
    for (let room = 0; room < 25; room += 1) {
      now += 1;
      known.set(`room${room}`, true);
    }
    expect([known.has('room24'), known.has('room5'), known.has('room4')]).toEqual([true, true, false]);
    known.set('room24', false);
    expect(known.has('room24')).toBe(false);
    now += 24 * 3600_000;
    expect(new KnownGuests(kept, () => now).has('room23')).toBe(false);
    expect(new KnownGuests(undefined, () => now).has('room23')).toBe(false);
  });
});

function token(id: string, name: string, serial: number): string {
  const part = (value: unknown) => btoa(JSON.stringify(value));
  return `${part({})}.${part({ user_id: id, full_name: name, iat: serial, exp: serial + 600 })}.s`;
}

describe('the session of a guest', () => {
  let asked: [string, unknown, string | undefined][];
  let cookie: { id: string; name: string } | undefined;
  let serial: number;
  let refuse: ((path: string) => ApiError | undefined) | undefined;
  let valid: string | undefined;
  let known: Set<string>;
  let now: number;
  const refused = (status: number, code?: string) => new ApiError(failureFrom(status, code === undefined ? undefined : { detail: 'x', code }, null));

  const send = (request: Request): Promise<unknown> => {
    asked.push([request.path, request.body, request.accessToken]);
    const refusal = refuse?.(request.path);
    if (refusal !== undefined) return Promise.reject(refusal);
    serial += 1;
    if (request.path.endsWith('/guest/')) {
      cookie = { id: `g${serial}`, name: (request.body as { name: string }).name };
      return Promise.resolve({ tokens: { access: (valid = token(cookie.id, cookie.name, serial)) } });
    }
    if (request.path.endsWith('/guest/refresh/')) {
      if (cookie === undefined) return Promise.reject(refused(401));
      return Promise.resolve({ access: (valid = token(cookie.id, cookie.name, serial)) });
    }
    return request.accessToken !== undefined && request.accessToken === valid ? Promise.resolve('answer') : Promise.reject(refused(401));
  };
  const session = () => new GuestSession('room1', { send, exclusively: (_, work) => work(), known: { has: (room) => known.has(room), set: (room, is) => (is ? known.add(room) : known.delete(room)) }, now: () => now });
  const paths = () => asked.map(([path]) => path);

  beforeEach(() => {
    asked = [];
    cookie = undefined;
    serial = 0;
    refuse = undefined;
    known = new Set();
    now = 0;
  });

  it('begins with a name and an invitation, by the cookie of our own page', async () => {
    await session().enter('Gus', 'abc');
    expect(asked).toEqual([['/api/rooms/room1/guest/', { name: 'Gus', invitation: 'abc' }, undefined]]);
  });

  it('goes on after a reload as the same guest, and as another under another name', async () => {
    await session().enter('Gus', undefined);
    asked = [];
    const again = session();
    await again.enter('Gus', undefined);
    expect(paths()).toEqual(['/api/rooms/room1/guest/refresh/']);
    await again.enter('Gus', undefined);
    expect(asked).toHaveLength(1);
    await again.enter('Gustav', undefined);
    expect(paths().at(-1)).toBe('/api/rooms/room1/guest/');
  });

  it('begins anew when the old session is over', async () => {
    known.add('room1');
    await session().enter('Gus', undefined);
    expect(paths()).toEqual(['/api/rooms/room1/guest/refresh/', '/api/rooms/room1/guest/']);
  });

  it('keeps the old name where the invitation is used up, rather than staying outside', async () => {
    await session().enter('Gus', 'abc');
    refuse = (path) => (path.endsWith('/guest/') ? refused(403, 'invitation_invalid') : undefined);
    const again = session();
    await again.enter('Gustav', 'abc');
    await expect(again.request({ method: 'GET', path: '/x' })).resolves.toBe('answer');
    refuse = (path) => (path.endsWith('/guest/') ? refused(403, 'banned') : undefined);
    await expect(again.enter('Gustav', 'abc')).rejects.toMatchObject({ code: 'banned' });
  });

  it('renews its token in time, and when it is refused', async () => {
    const guest = session();
    expect(await guest.bearer()).toBeUndefined();
    await guest.enter('Gus', undefined);
    asked = [];
    await guest.request({ method: 'GET', path: '/x' });
    expect(paths()).toEqual(['/x']);
    now = 481_000;
    await guest.request({ method: 'GET', path: '/x' });
    expect(paths()).toEqual(['/x', '/api/rooms/room1/guest/refresh/', '/x']);
    valid = undefined;
    await guest.request({ method: 'GET', path: '/x' });
    expect(paths().slice(3)).toEqual(['/x', '/api/rooms/room1/guest/refresh/', '/x']);
  });

  it('is over when the server says so, and not when it cannot be reached', async () => {
    const guest = session();
    await guest.enter('Gus', undefined);
    now = 481_000;
    refuse = (path) => (path.endsWith('/refresh/') ? new ApiError({ kind: 'unreachable' }) : undefined);
    await expect(guest.request({ method: 'GET', path: '/x' })).resolves.toBe('answer');
    refuse = undefined;
    cookie = undefined;
    valid = undefined;
    await expect(guest.request({ method: 'GET', path: '/x' })).rejects.toMatchObject({ status: 401 });
    expect(await guest.bearer()).toBeUndefined();
    expect(known.size).toBe(0);
  });
});

it('the page asks as a guest only while it shows a room to one', async () => {
  const as = (who: string) => ({ request: () => Promise.resolve(who), bearer: () => Promise.resolve(who) });
  const caller = new Caller(as('account'));
  const ask = () => caller.request({ method: 'GET', path: '/x' });
  expect(await ask()).toBe('account');
  const leave = caller.become(as('guest'));
  expect([await ask(), await caller.bearer()]).toEqual(['guest', 'guest']);
  const leaveNext = caller.become(as('next'));
  leave();
  expect(await ask()).toBe('next');
  leaveNext();
  expect(await ask()).toBe('account');
});
