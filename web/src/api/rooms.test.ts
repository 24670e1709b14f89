import { describe, expect, it, vi } from 'vitest';
import { callUrl, RoomsApi } from './rooms';
import type { Request } from './http';
import { ROOM } from '../test/fakes';

describe('where a call connects to', () => {
  it.each([
    ['ws://127.0.0.1:7880', 'http:', 'localhost:7880', 'ws://localhost:7880'],
    ['ws://localhost:7880', 'http:', '127.0.0.1:7880', 'ws://127.0.0.1:7880'],
    ['ws://[::1]:7880', 'https:', 'calls.example', 'wss://calls.example'],
    ['wss://calls.example', 'https:', 'other.example', 'wss://calls.example'],
    ['ws://192.0.2.7:7880', 'http:', 'localhost:5173', 'ws://192.0.2.7:7880'],
    ['not a url', 'http:', 'localhost', 'not a url'],
  ])('%s, asked from a page at %s//%s, is %s', (url, protocol, host, expected) => {
    expect(callUrl(url, { protocol, host })).toBe(expected);
  });
});

describe('the rooms of the API', () => {
  function api(answer: unknown) {
    const asked: Pick<Request, 'method' | 'path'>[] = [];
    const rooms = new RoomsApi({
      request: (request) => {
        asked.push(request);
        return Promise.resolve(answer);
      },
    });
    return { rooms, asked };
  }
  const room = { id: 4, user: 1, title: 'T', description: null, typeOf: 'OTA', createdOn: '2026-11-23T06:00:00Z', roomId: 'room4', more: true };

  it('are listed in pages, with what is searched for made safe for a URL', async () => {
    const { rooms, asked } = api([room]);
    expect(await rooms.list('a&b=c', 9)).toEqual([{ ...ROOM, id: 4, user: '1', title: 'T', roomId: 'room4' }]);
    expect(asked[0]?.path).toBe('/api/rooms/?limit=50&search=a%26b%3Dc&before=9');
  });

  it('are entered with the invitation that one has', async () => {
    vi.stubGlobal('location', { protocol: 'https:', host: 'calls.example' });
    const { rooms, asked } = api({ url: 'ws://localhost', token: 't', identity: '1:d' });
    await rooms.join('room4', 'd', 'abc');
    expect(asked[0]).toMatchObject({ path: '/api/rooms/room4/join/', body: { deviceId: 'd', invitation: 'abc' } });
    vi.unstubAllGlobals();
  });

  it('are changed for the version that one has seen', async () => {
    const { rooms, asked } = api(room);
    await rooms.change(4, { title: 'New', scheduledOn: null }, 7);
    expect(asked[0]).toMatchObject({ method: 'PATCH', path: '/api/rooms/4/', body: { title: 'New', scheduledOn: null, version: 7 } });
  });

  it('are not taken from an answer of another shape', async () => {
    await expect(api([{ id: 'x' }]).rooms.list('', undefined)).rejects.toMatchObject({ failure: { kind: 'malformed' } });
    await expect(api({}).rooms.join('room4', 'device')).rejects.toMatchObject({ failure: { kind: 'malformed' } });
  });
});
