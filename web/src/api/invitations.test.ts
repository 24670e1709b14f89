import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { invitationIn, InvitationsApi } from './invitations';
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

  it('is not taken from an answer of another shape', async () => {
    await expect(api({ id: 1 }).invitations.createLink(1)).rejects.toMatchObject({ failure: { kind: 'malformed' } });
  });

  it('is found in the address of a page', () => {
    expect(invitationIn('?invitation=t-_')).toBe('t-_');
    expect(invitationIn('?x=1')).toBeUndefined();
  });
});
