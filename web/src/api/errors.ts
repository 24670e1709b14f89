// What can go wrong between the page and the server, as one type that pages can match on and put into words.

import { server } from '../i18n/en/server';

export type ApiFailure =
  /** No answer at all: the network is down or the server is not there. */
  | { kind: 'unreachable' }
  | { kind: 'timeout' }
  /** The server answered with an error status. */
  | {
      kind: 'refused';
      status: number;
      /** One sentence for people, when the server sent one. */
      detail: string | undefined;
      code: string | undefined;
      /** Messages for single fields of a form. */
      fields: Readonly<Record<string, readonly string[]>>;
      retryAfterSeconds: number | undefined;
      /** All that the server said, for codes that say more. */
      body: unknown;
    }
  /** The server answered something that this version of the page does not understand. */
  | { kind: 'malformed' };

export class ApiError extends Error {
  readonly failure: ApiFailure;

  constructor(failure: ApiFailure) {
    super(failure.kind === 'refused' ? `refused with status ${failure.status}` : failure.kind);
    this.name = 'ApiError';
    this.failure = failure;
  }

  get status(): number | undefined {
    return this.failure.kind === 'refused' ? this.failure.status : undefined;
  }

  /** The server's own name of what is wrong. */
  get code(): string | undefined {
    return this.failure.kind === 'refused' ? this.failure.code : undefined;
  }

  get fields(): Readonly<Record<string, readonly string[]>> {
    return this.failure.kind === 'refused' ? this.failure.fields : {};
  }
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof ApiError ? error.status : undefined;
}

function messages(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string');
  return [];
}

/** Reads the two shapes of error bodies, `{detail, code?}` and `{field: [message]}`; anything else counts as no words at all. */
export function failureFrom(status: number, body: unknown, retryAfter: string | null): ApiFailure {
  const fields: Record<string, string[]> = {};
  let detail: string | undefined;
  let code: string | undefined;
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
    for (const [key, value] of Object.entries(body)) {
      if (key === 'detail' && typeof value === 'string') detail = value;
      else if (key === 'code' && typeof value === 'string') code = value;
      else {
        const list = messages(value);
        if (list.length > 0) fields[key] = list;
      }
    }
  }
  const seconds = retryAfter === null ? NaN : Number(retryAfter);
  return {
    kind: 'refused',
    status,
    detail,
    code,
    fields,
    body,
    retryAfterSeconds: Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined,
  };
}

const CODES = server.server.code;

/** A code of the server's that means one thing, for which there are words. */
type ServerCode = keyof typeof CODES;

const hasWords = (code: string | undefined): code is ServerCode => code !== undefined && Object.hasOwn(CODES, code);

/** The sentence of the catalogue that says what happened; `detail` is the server's own, which counts where its code says too little. */
export type ErrorText =
  | { key: 'error.detail'; values: { detail: string } }
  | { key: 'error.tooMany'; values: { count: number } }
  | { key: `server.code.${ServerCode}` }
  | { key: 'error.unreachable' | 'error.timeout' | 'error.malformed' | 'error.signedOut' | 'error.server' | 'error.refused' };

export function errorText(error: unknown): ErrorText {
  if (!(error instanceof ApiError)) return { key: 'error.malformed' };
  const { failure } = error;
  switch (failure.kind) {
    case 'unreachable':
      return { key: 'error.unreachable' };
    case 'timeout':
      return { key: 'error.timeout' };
    case 'malformed':
      return { key: 'error.malformed' };
    case 'refused': {
      if (failure.status === 429 && failure.retryAfterSeconds !== undefined)
        return { key: 'error.tooMany', values: { count: Math.max(1, Math.ceil(failure.retryAfterSeconds)) } };
      if (hasWords(failure.code)) return { key: `server.code.${failure.code}` };
      if (failure.detail !== undefined) return { key: 'error.detail', values: { detail: failure.detail } };
      if (failure.status === 401) return { key: 'error.signedOut' };
      return { key: failure.status >= 500 ? 'error.server' : 'error.refused' };
    }
  }
}
