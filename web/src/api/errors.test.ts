import { describe, expect, it } from 'vitest';
import { ApiError, errorText, failureFrom } from './errors';

const text = (status: number, body: unknown, retryAfter: string | null = null) => errorText(new ApiError(failureFrom(status, body, retryAfter)));

describe('what an error answer means', () => {
  it('keeps messages of fields, in both shapes', () => {
    const error = new ApiError(failureFrom(400, { email: ['taken', 'twice'], title: 'too long' }, null));
    expect(error.fields).toEqual({ email: ['taken', 'twice'], title: ['too long'] });
    expect(error.status).toBe(400);
  });

  it('says the server’s own sentence first', () => {
    expect(text(401, { detail: 'No such account' })).toEqual({ key: 'error.detail', values: { detail: 'No such account' } });
  });

  it('tells how long to wait, in whole seconds', () => {
    expect(text(429, { detail: 'slow down' }, '2.2')).toEqual({ key: 'error.tooMany', values: { count: 3 } });
    expect(text(429, { detail: 'slow down' }, 'Mon, 23 Nov 2026 06:00:00 GMT')).toEqual({ key: 'error.detail', values: { detail: 'slow down' } });
  });

  it.each([
    [401, 'error.signedOut'],
    [404, 'error.refused'],
    [500, 'error.server'],
    [503, 'error.server'],
  ])('has words for a bare %i', (status, key) => {
    expect(text(status, undefined)).toEqual({ key });
  });

  it.each([[null], ['text'], [[1, 2]], [{ detail: 7, email: [3] }]])('takes nonsense for no words at all: %j', (body) => {
    expect(failureFrom(400, body, null)).toMatchObject({ detail: undefined, fields: {} });
  });

  it('has words for no answer, a slow answer and a bug', () => {
    expect(errorText(new ApiError({ kind: 'unreachable' }))).toEqual({ key: 'error.unreachable' });
    expect(errorText(new ApiError({ kind: 'timeout' }))).toEqual({ key: 'error.timeout' });
    expect(errorText(new TypeError('x'))).toEqual({ key: 'error.malformed' });
  });
});
