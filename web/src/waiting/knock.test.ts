import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, failureFrom } from '../api/errors';
import { GRANT, settle } from '../test/fakes';
import type { EventListener } from './eventStream';
import { Knock, waitingIn } from './knock';

const refused = (status: number, code?: string, more: object = {}) => new ApiError(failureFrom(status, { detail: 'x', ...(code === undefined ? {} : { code }), ...more }, null));
const waiting = (hostPresent: boolean) => refused(403, 'waiting', { ticket: 't', hostPresent });

describe('somebody who knocked', () => {
  let ask: ReturnType<typeof vi.fn<() => Promise<typeof GRANT>>>;
  let listener: EventListener;
  let heard: AbortSignal;
  let slept: () => void;
  let knock: Knock;
  let stop: AbortController;

  beforeEach(() => {
    ask = vi.fn(() => Promise.reject<typeof GRANT>(waiting(false)));
    stop = new AbortController();
    knock = new Knock(true, {
      ask,
      listen: (given, signal) => {
        listener = given;
        heard = signal;
      },
      leave: () => Promise.resolve(),
      sleep: (_, signal) =>
        new Promise((resolve, reject) => {
          slept = resolve;
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    });
  });

  it('knows a waiting room from other refusals', () => {
    expect(waitingIn(waiting(true))).toEqual({ hostPresent: true });
    expect(waitingIn(refused(403, 'waiting', { hostPresent: 'yes' }))).toEqual({ hostPresent: false });
    expect(waitingIn(refused(403, 'room_locked'))).toBeUndefined();
    expect(waitingIn(refused(503, 'waiting'))).toBeUndefined();
    expect(waitingIn(new TypeError('x'))).toBeUndefined();
  });

  it('comes in at once when it hears so, and listens no longer', async () => {
    const decided = knock.decided(stop.signal);
    await settle();
    expect(ask).not.toHaveBeenCalled();
    ask.mockResolvedValue(GRANT);
    listener.heard('admitted', {});
    await expect(decided).resolves.toBe(GRANT);
    expect(heard.aborted).toBe(true);
  });

  it('hears of a host who comes and goes, and asks nothing for it', async () => {
    const decided = knock.decided(stop.signal);
    for (const present of [false, true]) {
      listener.heard('host', { present });
      expect(knock.state.get()).toEqual({ hostPresent: present, reached: true });
    }
    await settle();
    expect(ask).not.toHaveBeenCalled();
    listener.heard('host', { present: 'soon' });
    await settle();
    expect(ask).toHaveBeenCalledTimes(1);
    stop.abort();
    await expect(decided).rejects.toThrow();
  });

  it('asks again every few seconds, and so hears whether a host is there, and comes in without any stream', async () => {
    const decided = knock.decided(stop.signal);
    await settle();
    slept();
    await settle();
    expect(knock.state.get()).toEqual({ hostPresent: false, reached: true });
    ask.mockResolvedValue(GRANT);
    slept();
    await expect(decided).resolves.toBe(GRANT);
  });

  it.each([refused(503), refused(429), refused(502), new ApiError({ kind: 'unreachable' }), new ApiError({ kind: 'timeout' })])('keeps its place while the server is away: %s', async (error) => {
    const decided = knock.decided(stop.signal);
    ask.mockRejectedValue(error);
    listener.heard('reset', {});
    await settle();
    expect(knock.state.get()).toEqual({ hostPresent: true, reached: false });
    ask.mockRejectedValue(waiting(true));
    slept();
    await settle();
    expect(knock.state.get()).toEqual({ hostPresent: true, reached: true });
    ask.mockResolvedValue(GRANT);
    slept();
    await decided;
  });

  it('asks a host who said no nothing more', async () => {
    const decided = knock.decided(stop.signal);
    listener.heard('refused', {});
    await expect(decided).rejects.toMatchObject({ status: 403, code: 'refused', failure: { retryAfterSeconds: 60 } });
    expect(ask).not.toHaveBeenCalled();
  });

  it.each([refused(403, 'banned'), refused(404), refused(401), refused(403, 'room_locked')])('says why it does not come in: %s', async (error) => {
    const decided = knock.decided(stop.signal);
    ask.mockRejectedValue(error);
    listener.refused?.(refused(403));
    await expect(decided).rejects.toBe(error);
  });

  it('ends with the page', async () => {
    const decided = knock.decided(stop.signal);
    stop.abort();
    await expect(decided).rejects.toThrow();
    expect(heard.aborted).toBe(true);
  });
});
