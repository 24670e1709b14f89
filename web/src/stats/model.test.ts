import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { i18next } from '../i18n';
import { asText } from './facts';
import { SAMPLE_MS, StatsModel } from './model';
import type { StatsSample } from './port';
import { sampleAfter } from '../test/stats';
import { verdict } from './verdict';

describe('the statistics', () => {
  let asked = 0;
  let next: () => Promise<StatsSample>;
  let stats: StatsModel;

  beforeEach(() => {
    vi.useFakeTimers();
    asked = 0;
    next = () => Promise.resolve(sampleAfter((asked - 1) * 2));
    stats = new StatsModel({
      sample: () => {
        asked += 1;
        return next();
      },
    });
  });
  afterEach(() => vi.useRealTimers());

  const pass = (samples: number) => vi.advanceTimersByTimeAsync(samples * SAMPLE_MS);

  it('ask the browser for nothing until someone looks, and when nobody looks any more', async () => {
    await pass(5);
    expect(asked).toBe(0);
    const stop = stats.watch();
    await pass(2);
    expect(asked).toBe(3);
    stop();
    await pass(5);
    expect(asked).toBe(3);
    expect(stats.state.get()).toBeUndefined();
  });

  it('have figures from the second sample on, of the last few', async () => {
    stats.watch();
    await pass(0);
    expect(stats.state.get()).toBeUndefined();
    await pass(1);
    expect(stats.state.get()).toMatchObject({ seconds: 2 });
    await pass(8);
    expect(stats.state.get()).toMatchObject({ seconds: 6, send: { bitrateBps: 500_000 } });
  });

  it('pass over a sample that fails', async () => {
    stats.watch();
    await pass(1);
    next = () => Promise.reject(new DOMException('', 'InvalidStateError'));
    await pass(2);
    expect(stats.state.get()).toMatchObject({ seconds: 2 });
  });

  it('take no answer from before they were closed', async () => {
    let answer: (sample: StatsSample) => void = () => undefined;
    stats.watch();
    await pass(0);
    next = () => new Promise((resolve) => (answer = resolve));
    await pass(1);
    stats.watch();
    await pass(0);
    answer(sampleAfter(2));
    await pass(0);
    expect(stats.state.get()).toBeUndefined();
  });

  it('are copied whole, without an address of one’s own', async () => {
    stats.watch();
    await pass(3);
    const figures = stats.state.get();
    if (figures === undefined) throw new Error('no figures');
    const text = asText(i18next.t, figures, verdict(figures, true), { time: '2026-11-23T06:00:00Z', browser: 'Browser/1' });
    for (const part of ['2026-11-23T06:00:00Z', 'Browser/1', 'Your connection is fine.', 'Path: UDP, prflx → host', 'Server: 203.0.113.5:7882', 'Camera, layer h', 'Resolution: 640×360', 'Codec: VP8', 'Camera of Ana', 'Microphone of Ana', 'Sound level: 25 %']) expect(text).toContain(part);
    expect(text).not.toContain('192.168');
    expect(text).not.toContain('undefined');
  });
});
