import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, failureFrom } from '../api/errors';
import { settle } from '../test/fakes';
import { listen, type EventStreamEnvironment } from './eventStream';
import { EventReader } from './sse';

describe('a stream of events', () => {
  it('is read in whatever pieces it comes', () => {
    const text = 'retry: 1000\nid: e-1\n\n: a comment\n\nevent: knock\nid: e-2\ndata: {"a":\ndata: 1}\n\nevent: reset\r\ndata: {}\r\n\r\nevent: lost\n\ndata: no kind\n\n';
    for (const size of [1, 2, 7, 1_000]) {
      const reader = new EventReader();
      const events = [];
      for (let at = 0; at < text.length; at += size) events.push(...reader.read(text.slice(at, at + size)));
      expect(events).toEqual([
        { kind: 'knock', data: '{"a":\n1}' },
        { kind: 'reset', data: '{}' },
        { kind: 'message', data: 'no kind' },
      ]);
      expect(reader).toMatchObject({ lastId: 'e-2', retryMs: 1000 });
    }
  });

  it('keeps no endless line', () => {
    const reader = new EventReader();
    for (let n = 0; n < 100; n += 1) reader.read('x'.repeat(10_000));
    expect(reader.read('\nevent: a\ndata: 1\n\n')).toEqual([{ kind: 'a', data: '1' }]);
  });
});

describe('listening', () => {
  let opened: string[];
  let bodies: ReadableStreamDefaultController<Uint8Array>[];
  let open: ReturnType<typeof vi.fn<EventStreamEnvironment['open']>>;
  let slept: number[];
  let heard: unknown[];
  let states: string[];
  let stop: AbortController;
  const say = (text: string) => bodies.at(-1)?.enqueue(new TextEncoder().encode(text));

  beforeEach(() => {
    opened = [];
    bodies = [];
    slept = [];
    heard = [];
    states = [];
    stop = new AbortController();
    open = vi.fn((lastId: string) => {
      opened.push(lastId);
      return Promise.resolve(new ReadableStream<Uint8Array>({ start: (controller) => void bodies.push(controller) }));
    });
  });

  function start(silenceMs?: number) {
    return listen(
      { heard: (kind, data) => heard.push([kind, data]), opened: () => states.push('opened'), broken: () => states.push('broken'), refused: ({ status }) => states.push(`refused ${status}`) },
      {
        open,
        sleep: (ms, signal) => {
          slept.push(ms);
          return signal.aborted ? Promise.reject(new Error('aborted')) : Promise.resolve();
        },
        random: () => 1,
        ...(silenceMs === undefined ? {} : { silenceMs }),
      },
      stop.signal,
    );
  }

  it('goes on where it broke', async () => {
    const listening = start();
    await settle();
    say('id: e-7\n\nevent: knock\nid: e-8\ndata: {"id":3}\n\n');
    await settle();
    bodies[0]?.close();
    await settle();
    expect(opened).toEqual(['', 'e-8']);
    say('event: reset\ndata: nonsense\n\n');
    await settle();
    expect(heard).toEqual([['knock', { id: 3 }], ['reset', undefined]]);
    expect(states).toEqual(['opened', 'broken', 'opened']);
    stop.abort();
    await listening;
  });

  it('comes again ever more slowly, and not before the server wishes', async () => {
    open.mockRejectedValueOnce(new ApiError({ kind: 'unreachable' }));
    open.mockRejectedValueOnce(new ApiError({ kind: 'unreachable' }));
    open.mockRejectedValueOnce(new ApiError(failureFrom(429, undefined, '10')));
    const listening = start();
    await settle();
    expect(slept.map(Math.round)).toEqual([1800, 3240, 10_000]);
    expect(opened).toEqual(['']);
    stop.abort();
    await listening;
  });

  it.each([401, 403, 404])('ends when it is refused with %i', async (status) => {
    open.mockRejectedValue(new ApiError(failureFrom(status, undefined, null)));
    await start();
    expect(open).toHaveBeenCalledTimes(1);
    expect(states).toEqual([`refused ${status}`]);
  });

  it('takes a stream that went silent for dead', async () => {
    const listening = start(20);
    await new Promise((resolve) => setTimeout(resolve, 15));
    say(': alive\n\n');
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect(opened).toHaveLength(1);
    await vi.waitFor(() => expect(opened.length).toBeGreaterThan(1));
    stop.abort();
    await listening;
  });

  it('hears nothing more once nobody listens', async () => {
    const listening = start();
    await settle();
    stop.abort();
    await listening;
    expect(() => say('event: knock\ndata: {}\n\n')).toThrow();
    expect(heard).toEqual([]);
  });
});
