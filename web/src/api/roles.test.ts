import { describe, expect, it } from 'vitest';
import type { Request } from './http';
import { RolesApi } from './roles';

function api(answer: unknown) {
  const asked: Pick<Request, 'method' | 'path' | 'body'>[] = [];
  const roles = new RolesApi({
    request: (request) => {
      asked.push(request);
      return Promise.resolve(answer);
    },
  });
  return { roles, asked };
}

describe('the roles of a room', () => {
  it('are listed, given by an address, and taken', async () => {
    const holder = { user: 2, name: 'Bob', role: 'cohost' };
    expect(await api([holder]).roles.list(7)).toEqual([holder]);
    const { roles, asked } = api(holder);
    expect(await roles.name(7, 'bob@example.com', 'cohost')).toEqual(holder);
    await roles.take(7, 2);
    expect(asked).toEqual([
      { method: 'POST', path: '/api/rooms/7/roles/', body: { email: 'bob@example.com', role: 'cohost' } },
      { method: 'DELETE', path: '/api/rooms/7/roles/2/' },
    ]);
  });

  it('have a log, a page at a time', async () => {
    const entry = { id: 5, at: '2026-01-01T00:00:00Z', user: 1, name: null, act: 'ban', subject: '2', subjectName: 'Bob' };
    const { roles, asked } = api([entry]);
    expect(await roles.log(7, undefined)).toEqual([entry]);
    await roles.log(7, 5);
    expect(asked.map(({ path }) => path)).toEqual(['/api/rooms/7/audit/?limit=50', '/api/rooms/7/audit/?limit=50&before=5']);
  });

  it('are not taken from an answer of another shape', async () => {
    for (const answer of [null, {}, [{ user: 'x' }]]) await expect(api(answer).roles.list(7)).rejects.toMatchObject({ failure: { kind: 'malformed' } });
  });
});
