import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Announcer, type Announcement } from './announcer';

describe('announcements', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const message = (text: string): Announcement => ({ kind: 'message', name: 'Bo', text, privately: false });

  it('tell the first at once, what follows in one go, and then the next at once again', () => {
    const announcer = new Announcer();
    const told: number[] = [];
    announcer.state.subscribe(() => told.push(announcer.state.get().items.length));
    announcer.say(message('a'));
    expect(told).toEqual([1]);
    for (let n = 0; n < 2_000; n += 1) announcer.say(message('b'));
    expect(told).toEqual([1]);
    vi.advanceTimersByTime(4_000);
    expect(told).toEqual([1, 1_000]);
    vi.advanceTimersByTime(60_000);
    announcer.say(message('c'));
    expect(told).toEqual([1, 1_000, 1]);
  });

  it('are new each time, though the words are the same', () => {
    const announcer = new Announcer();
    announcer.say(message('a'));
    const first = announcer.state.get().turn;
    vi.advanceTimersByTime(4_000);
    announcer.say(message('a'));
    expect(announcer.state.get().turn).not.toBe(first);
  });
});
