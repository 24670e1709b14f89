import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallModel } from '../call/model';
import { FakePort, GRANT, participant } from '../test/fakes';
import { sampleAfter } from '../test/stats';
import { Store } from '../ui/store';
import { LEFT_ALONE_MS, LoadModel } from './loadModel';

describe('watching the load', () => {
  let cpuSeconds: number;
  let busy: boolean;
  let visible: boolean;
  let asked: number;
  let port: FakePort;
  let load: LoadModel;
  const allowed = new Store(true);
  const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000);

  beforeEach(async () => {
    vi.useFakeTimers();
    [cpuSeconds, busy, visible, asked] = [0, true, true, 0];
    allowed.set(true);
    port = new FakePort();
    port.remotes = Array.from({ length: 20 }, (_, at) => participant(`${at + 2}:a`));
    const call = new CallModel(port, { notify: () => undefined, ended: () => undefined });
    await call.start(GRANT, Promise.resolve({ camera: undefined, microphone: undefined }));
    const sample = () => {
      asked += 1;
      if (busy) cpuSeconds += 5;
      const taken = sampleAfter(performance.now() / 1_000, { sending: { out: { qualityLimitationDurations: { cpu: cpuSeconds } } } });
      return Promise.resolve({ ...taken, at: performance.now() });
    };
    load = new LoadModel({ sample }, call.state, { now: () => performance.now(), visible: () => visible, allowed });
    load.watch();
  });
  afterEach(() => vi.useRealTimers());

  it('shows fewer videos when the machine cannot keep up, and all of them when it can', async () => {
    await pass(20);
    expect(load.state.get()).toBe(1);
    busy = false;
    await pass(70);
    expect(load.state.get()).toBe(0);
  });

  it('shows everything to who wants it, for a while', async () => {
    await pass(20);
    load.showAll();
    expect(load.state.get()).toBe(0);
    await pass(LEFT_ALONE_MS / 1_000 - 10);
    expect(load.state.get()).toBe(0);
    await pass(30);
    expect(load.state.get()).toBe(1);
  });

  it('shows still fewer to who wants it', async () => {
    await pass(20);
    load.showFewer();
    expect(load.state.get()).toBe(2);
  });

  it('does not judge a page in the background', async () => {
    visible = false;
    await pass(60);
    expect(load.state.get()).toBe(0);
  });

  it('does not judge while the call reconnects', async () => {
    port.change({ connection: 'reconnecting' });
    await pass(60);
    expect(load.state.get()).toBe(0);
  });

  it('measures nothing for who does not want it, and takes back what it did', async () => {
    await pass(20);
    allowed.set(false);
    await pass(5);
    expect(load.state.get()).toBe(0);
    const before = asked;
    await pass(60);
    expect(asked).toBe(before);
  });

  it('passes over steps that change nothing in a small call', async () => {
    port.change({ remotes: port.remotes.slice(0, 2) });
    await pass(20);
    expect(load.state.get()).toBe(3);
  });
});
