import { describe, expect, it, vi } from 'vitest';
import { DEFAULTS } from '../settings/preferences';
import { MessageSound } from './messageSound';

describe('the sound of new messages', () => {
  it('is off until someone wants it', () => {
    expect(DEFAULTS.chatSound).toBe(false);
    const play = vi.fn();
    new MessageSound({ wanted: () => false, play, now: () => 0 }).ring();
    expect(play).not.toHaveBeenCalled();
  });

  it('comes at once, and not with each message of many', () => {
    const play = vi.fn();
    let now = 0;
    const sound = new MessageSound({ wanted: () => true, play, now: () => now });
    for (; now < 6_500; now += 100) sound.ring();
    expect(play).toHaveBeenCalledTimes(3);
  });
});
