import { describe, expect, it, vi } from 'vitest';
import { send } from './http';

function answer(status: number, body: string | null, headers: Record<string, string> = { 'content-type': 'application/json' }) {
  const fetched = vi.fn<typeof fetch>(() => Promise.resolve(new Response(body, { status, headers })));
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

describe('a request', () => {
  it('sends JSON, the token and the mark of a web client', async () => {
    const fetched = answer(200, '{"a":1}');
    expect(await send({ method: 'POST', path: '/api/x/', body: { b: 2 }, accessToken: 'T', web: true })).toEqual({ a: 1 });
    const [path, init] = fetched.mock.calls[0] ?? [];
    expect(path).toBe('/api/x/');
    expect(init).toMatchObject({ method: 'POST', body: '{"b":2}', credentials: 'same-origin' });
    expect(init?.headers).toMatchObject({ Authorization: 'Bearer T', 'X-Rotunda-Client': 'web', 'Content-Type': 'application/json', 'Accept-Language': 'en' });
  });

  it('brings a file as it is, and the refusal of one as an error', async () => {
    answer(200, '{ "as": "it is" }');
    const file = await send({ method: 'GET', path: '/api/x/', file: true });
    expect(file instanceof Blob ? await file.text() : file).toBe('{ "as": "it is" }');
    answer(429, '{"detail":"slowly","code":"throttled"}', { 'content-type': 'application/json', 'retry-after': '60' });
    await expect(send({ method: 'GET', path: '/api/x/', file: true })).rejects.toMatchObject({ code: 'throttled', failure: { retryAfterSeconds: 60 } });
  });

  it('takes an empty answer', async () => {
    answer(204, null, {});
    expect(await send({ method: 'DELETE', path: '/api/x/' })).toBeUndefined();
  });

  it('makes an error of an error status, whatever its body holds', async () => {
    answer(502, '<html>', { 'content-type': 'text/html' });
    await expect(send({ method: 'GET', path: '/api/x/' })).rejects.toMatchObject({ status: 502, failure: { kind: 'refused' } });
    answer(400, '{broken');
    await expect(send({ method: 'GET', path: '/api/x/' })).rejects.toMatchObject({ status: 400 });
  });

  it('tells no network from a slow server', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(send({ method: 'GET', path: '/api/x/' })).rejects.toMatchObject({ failure: { kind: 'unreachable' } });
    vi.stubGlobal(
      'fetch',
      (_: string, init: RequestInit) => new Promise((_resolve, reject) => init.signal?.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    await expect(send({ method: 'GET', path: '/api/x/', timeoutMs: 5 })).rejects.toMatchObject({ failure: { kind: 'timeout' } });
  });
});
