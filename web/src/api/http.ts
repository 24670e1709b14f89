// One request to our own server: JSON in, JSON or a file out, a time limit, and every failure as an ApiError. Says in which language the page is, for mails.
// Knows nothing of sessions.
import { i18next } from '../i18n';
import { ApiError, failureFrom } from './errors';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Request {
  method: Method;
  path: string;
  body?: unknown;
  accessToken?: string | undefined;
  /** Marks requests whose refresh token travels in the cookie. */
  web?: boolean;
  timeoutMs?: number;
  /** The answer is wanted as it is, as a `Blob`. */
  file?: boolean;
  signal?: AbortSignal | undefined;
}

/** Lists and reads answer at once or not at all; writes may have to wait for a password hash. */
const READ_TIMEOUT_MS = 5_000;
const WRITE_TIMEOUT_MS = 15_000;

async function parse(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  if (!(response.headers.get('content-type') ?? '').includes('json')) return undefined;
  return response.json();
}

export async function send(request: Request): Promise<unknown> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': i18next.language };
  if (request.body !== undefined) headers['Content-Type'] = 'application/json';
  if (request.accessToken !== undefined) headers.Authorization = `Bearer ${request.accessToken}`;
  if (request.web === true) headers['X-Rotunda-Client'] = 'web';

  const limit = AbortSignal.timeout(request.timeoutMs ?? (request.method === 'GET' ? READ_TIMEOUT_MS : WRITE_TIMEOUT_MS));
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(request.path, {
      method: request.method,
      headers,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]),
    });
    body = await (request.file === true && response.ok ? response.blob() : parse(response)).catch((error: unknown) => {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    });
  } catch (error) {
    if (request.signal?.aborted === true) throw error;
    throw new ApiError({ kind: limit.aborted ? 'timeout' : 'unreachable' });
  }
  if (!response.ok) throw new ApiError(failureFrom(response.status, body, response.headers.get('retry-after')));
  return body;
}
