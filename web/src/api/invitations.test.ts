import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { invitationIn, InvitationsApi, stateOf, type Invitation } from './invitations';
import type { Session } from './session';

function api(answer: unknown) {
  const asked: Parameters<Session['request']>[0][] = [];
  const invitations = new InvitationsApi(
    {
      request: (request) => {
        asked.push(request);
        return Promise.resolve(answer);
      },
    },
    () => Date.parse('2026-01-01T00:00:00Z'),
  );
  return { invitations, asked };
}

describe('an invitation', () => {
  beforeEach(() => vi.stubGlobal('location', { origin: 'https://calls.example' }));
  afterEach(() => vi.unstubAllGlobals());

  it('is a link of this page that lasts thirty days', async () => {
    const { invitations, asked } = api({ id: 1, token: 't-_', link: 'https://inside.example:8443/r/roomab?invitation=t-_' });
    expect(await invitations.createLink('roomab')).toBe('https://calls.example/r/roomab?invitation=t-_');
    expect(asked[0]).toMatchObject({ method: 'POST', path: '/api/rooms/roomab/invitations/', body: { expiresOn: '2026-01-31T00:00:00.000Z' } });
  });

  it('lasts and lets in as many as one says', async () => {
    const { invitations, asked } = api({ link: 'https://x/r/roomab?invitation=t' });
    await invitations.createLink(7, { lastsMs: 3600_000, uses: 5 });
    await invitations.createLink(7, {});
    expect(asked.map(({ body }) => body)).toEqual([{ expiresOn: '2026-01-01T01:00:00.000Z', uses: 5 }, { expiresOn: null, uses: null }]);
  });

  it('is listed and revoked', async () => {
    const invitation = { id: 3, expiresOn: null, uses: 5, used: 2, createdOn: '2026-01-01T00:00:00Z' };
    const { invitations, asked } = api([invitation]);
    expect(await invitations.list(7)).toEqual([invitation]);
    await invitations.revoke(7, 3);
    expect(asked[1]).toMatchObject({ method: 'DELETE', path: '/api/rooms/7/invitations/3/' });
    await expect(api([{ ...invitation, used: 'x' }]).invitations.list(7)).rejects.toMatchObject({ failure: { kind: 'malformed' } });
  });

  it('is not taken from an answer of another shape', async () => {
    await expect(api({ id: 1 }).invitations.createLink(1)).rejects.toMatchObject({ failure: { kind: 'malformed' } });
  });

  it('is found in the address of a page', () => {
    expect(invitationIn('?invitation=t-_')).toBe('t-_');
    expect(invitationIn('?x=1')).toBeUndefined();
  });
});

const NOW = Date.parse('2027-01-31T08:00:00Z');
const invitation = (changes: Partial<Invitation>): Invitation => ({ id: 1, expiresOn: null, uses: null, used: 0, createdOn: '2027-01-01T00:00:00Z', ...changes });

describe('what an invitation is good for', () => {
  it.each([
    [{}, 'good'],
    [{ used: 500 }, 'good'],
    [{ uses: 2, used: 1 }, 'good'],
    [{ uses: 2, used: 2 }, 'usedUp'],
    [{ expiresOn: '2027-01-31T08:00:01Z' }, 'good'],
    [{ expiresOn: '2027-01-31T08:00:00Z' }, 'expired'],
    [{ expiresOn: '2026-01-31T08:00:00Z', uses: 1, used: 1 }, 'usedUp'],
  ] as const)('%j: %s', (changes, state) => {
    expect(stateOf(invitation(changes), NOW)).toBe(state);
  });
});
