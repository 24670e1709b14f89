// What happens in front of a room, as it happens: `GET /api/rooms/{id}/events`, or to whoever administers the server, for as long as somebody wants to hear it. Read by fetch rather than by
// the browser's EventSource: so the access token goes in a header and not in an address, a refusal says why, and a stream that went silent is noticed.
// The server ends a stream after ten minutes; then, and when it breaks, it is opened again where it left off.
import { ApiError, failureFrom } from '../api/errors';
import { EventReader } from './sse';

export interface EventStreamEnvironment {
  /** Opens the stream after this event; rejects with an ApiError. */
  open: (lastId: string, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  /** Waits, or less long when the network comes back; rejects when the signal fires. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
  /** The server sends something every 15 s; after this without anything the stream is taken for dead. */
  silenceMs?: number;
}

export interface EventListener {
  heard: (kind: string, data: unknown) => void;
  /** The stream is open, for the first time or again. */
  opened?: () => void;
  /** It is not, at the moment. */
  broken?: () => void;
  /** The server does not let this person listen any more; nothing follows. */
  refused?: (error: ApiError) => void;
}

const SILENCE_MS = 40_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A stream that stood for so long did not fail. */
const STEADY_MS = 5_000;

/** After these it is of no use to come again. */
function isFinal(error: unknown): error is ApiError {
  const status = error instanceof ApiError ? error.status : undefined;
  return status === 401 || status === 403 || status === 404 || status === 410;
}

/** Asks anew, since it may have fired while something was awaited. */
const isOver = (signal: AbortSignal) => signal.aborted;

/** Listens until the signal fires, or the server refuses for good. */
export async function listen(listener: EventListener, env: EventStreamEnvironment, signal: AbortSignal): Promise<void> {
  const reader = new EventReader();
  let pause = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const startedAt = performance.now();
    let atLeast = 0;
    try {
      await once(reader, listener, env, signal);
    } catch (error) {
      if (isOver(signal)) return;
      if (isFinal(error)) {
        listener.refused?.(error);
        return;
      }
      if (error instanceof ApiError && error.failure.kind === 'refused') atLeast = (error.failure.retryAfterSeconds ?? 0) * 1_000;
    }
    if (isOver(signal)) return;
    listener.broken?.();
    pause = performance.now() - startedAt > STEADY_MS ? (reader.retryMs ?? FIRST_PAUSE_MS) : Math.min(pause * 1.8, LONGEST_PAUSE_MS);
    // Everyone of a room was cut off at the same moment; they must not all come back in the same one.
    await env.sleep(Math.max(atLeast, pause * (0.5 + env.random() / 2)), signal).catch(() => undefined);
  }
}

/** One stream, from its opening to its end. */
async function once(events: EventReader, listener: EventListener, env: EventStreamEnvironment, signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  let silence: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(silence);
    silence = setTimeout(() => stop.abort(), env.silenceMs ?? SILENCE_MS);
  };
  alive();
  try {
    const body = (await env.open(events.lastId, both)).getReader();
    both.addEventListener('abort', () => void body.cancel().catch(() => undefined));
    const decoder = new TextDecoder();
    listener.opened?.();
    for (;;) {
      const { done, value } = await body.read();
      if (done || both.aborted) return;
      alive();
      for (const { kind, data } of events.read(decoder.decode(value, { stream: true }))) {
        if (!isOver(both)) listener.heard(kind, parsed(data));
      }
    }
  } finally {
    clearTimeout(silence);
    stop.abort();
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** Opens the stream in the real browser, with whoever's tokens. */
export async function openEvents(
  path: string,
  bearer: (refused?: string) => Promise<string | undefined>,
  lastId: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  let token = await bearer();
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(path, {
      headers: {
        Accept: 'text/event-stream',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(lastId === '' ? {} : { 'Last-Event-ID': lastId }),
      },
      credentials: 'same-origin',
      cache: 'no-store',
      signal,
    }).catch(() => {
      throw new ApiError({ kind: 'unreachable' });
    });
    if (response.ok && response.body !== null) return response.body;
    if (response.status === 401 && token !== undefined && attempt === 1) {
      token = await bearer(token);
      if (token !== undefined) continue;
    }
    const body: unknown = await response.json().catch(() => undefined);
    throw new ApiError(failureFrom(response.status, body, response.headers.get('retry-after')));
  }
}
