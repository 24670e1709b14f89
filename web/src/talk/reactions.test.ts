import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeTalk } from '../test/fakes';
import { reactionOf } from './reactionList';
import { ReactionsModel, SHOWN_MS } from './reactions';

describe('reactions', () => {
  let talk: FakeTalk;
  let reactions: ReactionsModel;
  let arrived: string[];

  beforeEach(() => {
    vi.useFakeTimers();
    talk = new FakeTalk();
    arrived = [];
    reactions = new ReactionsModel(talk, { ownIdentity: () => '1:tab', now: Date.now, arrived: (identity) => arrived.push(identity) });
  });
  afterEach(() => void vi.useRealTimers());
  const shown = () => reactions.shown.get().map(({ identity, reaction }) => `${identity} ${reaction}`);

  it('are shown over whoever sent them, for a while', () => {
    talk.react('2:tab', 'heart');
    vi.advanceTimersByTime(SHOWN_MS - 1);
    talk.react('3:tab', 'party');
    expect(shown()).toEqual(['2:tab heart', '3:tab party']);
    vi.advanceTimersByTime(1);
    expect(shown()).toEqual(['3:tab party']);
    vi.advanceTimersByTime(SHOWN_MS);
    expect(shown()).toEqual([]);
    expect(arrived).toEqual(['2:tab', '3:tab']);
  });

  it('of oneself are shown and sent, and not told to oneself', () => {
    expect(reactions.send('applause')).toBe(true);
    expect(shown()).toEqual(['1:tab applause']);
    expect(talk.reactions).toEqual(['applause']);
    expect(arrived).toEqual([]);
  });

  it('are a few a second, in and out', () => {
    for (let n = 0; n < 50; n += 1) {
      talk.react('2:tab', 'laugh');
      reactions.send('laugh');
    }
    expect(shown()).toHaveLength(12);
    expect(talk.reactions).toHaveLength(6);
    expect(arrived).toHaveLength(6);
    vi.advanceTimersByTime(2_000);
    expect(reactions.send('laugh')).toBe(true);
  });

  it('know whose tile is on the screen', () => {
    const first = reactions.cover('2:tab');
    const second = reactions.cover('2:tab');
    first();
    expect([...reactions.covered.get()]).toEqual(['2:tab']);
    second();
    expect([...reactions.covered.get()]).toEqual([]);
  });

  it('of a crowd do not cover the call', () => {
    for (let n = 0; n < 500; n += 1) talk.react(`${n}:tab`, 'laugh');
    expect(shown()).toHaveLength(80);
  });

  it('are six signs and nothing else', () => {
    expect(reactionOf('❤')).toBe('heart');
    expect(reactionOf('❤️')).toBe('heart');
    expect(reactionOf('👍')).toBe('thumbsUp');
    for (const text of ['', '👍👍', 'hello', '<b>', '🖕']) expect(reactionOf(text)).toBeUndefined();
  });
});
