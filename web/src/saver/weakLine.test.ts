import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallModel } from '../call/model';
import type { Quality } from '../call/port';
import { FakePort, GRANT } from '../test/fakes';
import { WeakLine } from './weakLine';

describe('a weak line', () => {
  let port: FakePort;
  let weak: WeakLine;
  let told: boolean[];
  const quality = (value: Quality) => port.change({ local: { ...port.local, quality: value } });
  const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1_000);

  beforeEach(async () => {
    vi.useFakeTimers();
    port = new FakePort();
    const call = new CallModel(port, { notify: () => undefined, ended: () => undefined });
    await call.start(GRANT, Promise.resolve({ camera: undefined, microphone: undefined }));
    weak = new WeakLine(call.state, () => performance.now());
    told = [];
    weak.state.subscribe(() => told.push(weak.state.get()));
    weak.watch();
    quality('excellent');
  });
  afterEach(() => vi.useRealTimers());

  it('is told when it stays weak, and no more when it has been good for a while', () => {
    quality('poor');
    pass(7);
    expect(told).toEqual([]);
    pass(2);
    expect(told).toEqual([true]);
    quality('good');
    pass(19);
    expect(told).toEqual([true]);
    pass(2);
    expect(told).toEqual([true, false]);
  });

  it('is not told for a moment, and does not come and go', () => {
    for (let round = 0; round < 20; round += 1) {
      quality('poor');
      pass(5);
      quality('good');
      pass(5);
    }
    expect(told).toEqual([]);
    quality('poor');
    pass(10);
    for (let round = 0; round < 20; round += 1) {
      quality('good');
      pass(10);
      quality('poor');
      pass(10);
    }
    expect(told).toEqual([true]);
  });

  it('is told once in minutes', () => {
    quality('poor');
    pass(10);
    weak.close();
    quality('good');
    pass(60);
    quality('poor');
    pass(60);
    expect(told).toEqual([true, false]);
    quality('good');
    pass(240);
    quality('poor');
    pass(10);
    expect(told).toEqual([true, false, true]);
  });

  it('gives way to the words of a broken connection', () => {
    quality('poor');
    pass(10);
    port.change({ connection: 'reconnecting' });
    pass(60);
    expect(told).toEqual([true, false]);
  });
});
