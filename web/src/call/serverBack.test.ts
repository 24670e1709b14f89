import { describe, expect, it } from 'vitest';
import { serverBack } from './serverBack';

describe('waiting for the server', () => {
  it('asks at growing intervals until it answers', async () => {
    const waits: number[] = [];
    let answers = 0;
    await serverBack(new AbortController().signal, {
      ready: () => Promise.resolve(++answers === 9),
      sleep: (ms) => {
        waits.push(Math.round(ms));
        return Promise.resolve();
      },
      random: () => 0.5,
    });
    expect(waits).toHaveLength(9);
    expect(waits.slice(0, 3)).toEqual([1_500, 2_400, 3_840]);
    expect(waits.at(-1)).toBe(15_000);
  });

  it('stops when nobody waits any more', async () => {
    const abort = new AbortController();
    const waiting = serverBack(abort.signal, {
      ready: () => {
        abort.abort(new Error('left'));
        return Promise.resolve(false);
      },
      sleep: () => Promise.resolve(),
      random: () => 0.5,
    });
    await expect(waiting).rejects.toThrow('left');
  });
});
