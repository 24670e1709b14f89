import { describe, expect, it, vi } from 'vitest';
import { GRANT } from '../test/fakes';
import { GrantKeeper } from './grant';

describe('the kept join token', () => {
  it('is handed out once', async () => {
    const request = vi.fn(() => Promise.resolve(GRANT));
    const keeper = new GrantKeeper(request, () => 0);
    keeper.warm();
    await keeper.take();
    expect(request).toHaveBeenCalledTimes(1);
    await keeper.take();
    expect(request).toHaveBeenCalledTimes(2);
  });

  it('is asked for again when fetching it ahead failed, and tells the second failure', async () => {
    const request = vi.fn().mockRejectedValueOnce(new Error('down')).mockResolvedValueOnce(GRANT).mockRejectedValueOnce(new Error('still down'));
    const keeper = new GrantKeeper(request, () => 0);
    keeper.warm();
    expect(await keeper.take()).toBe(GRANT);
    await expect(keeper.take()).rejects.toThrow('still down');
  });

  it('is not used when it is old', async () => {
    let now = 0;
    const request = vi.fn(() => Promise.resolve(GRANT));
    const keeper = new GrantKeeper(request, () => now);
    keeper.warm();
    now = 4 * 60_000;
    await keeper.take();
    expect(request).toHaveBeenCalledTimes(2);
  });
});
