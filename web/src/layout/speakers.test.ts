import { describe, expect, it } from 'vitest';
import { HOLD_MS, Speakers } from './speakers';

/** Says who speaks out of a, b and c. */
const voices = (speaking: string) => ['a', 'b', 'c'].map((identity) => ({ identity, speaking: speaking.includes(identity) }));

function floorAfter(...events: [at: number, speaking: string][]): string | undefined {
  const speakers = new Speakers();
  for (const [at, speaking] of events) speakers.update(voices(speaking), at);
  return speakers.floor;
}

describe('the floor', () => {
  it('is nobody’s before anyone spoke, and the first speaker’s at once', () => {
    expect(floorAfter([0, ''])).toBeUndefined();
    expect(floorAfter([0, ''], [10, 'b'])).toBe('b');
  });

  it('stays with who spoke last', () => {
    expect(floorAfter([0, 'a'], [500, ''], [60_000, ''])).toBe('a');
  });

  it('does not go to a cough', () => {
    expect(floorAfter([0, 'a'], [1_000, 'ab'], [1_400, 'a'], [6_000, 'a'])).toBe('a');
    expect(floorAfter([0, 'a'], [1_000, ''], [1_200, 'b'], [1_500, ''])).toBe('a');
  });

  it('goes to another at once when its holder has been silent for a while', () => {
    expect(floorAfter([0, 'a'], [1_000, ''], [1_000 + HOLD_MS, 'b'])).toBe('b');
  });

  it('goes to who answers after a short silence, once it has lasted', () => {
    const events: [number, string][] = [[0, 'a'], [1_000, ''], [1_500, 'b']];
    expect(floorAfter(...events, [1_000 + HOLD_MS, 'b'])).toBe('b');
    expect(floorAfter(...events, [1_600, 'b'])).toBe('a');
  });

  it('goes to who keeps speaking into a noise that does not end, and does not come back by itself', () => {
    const speakers = new Speakers();
    speakers.update(voices('a'), 0);
    speakers.update(voices('ab'), 5_000);
    expect(speakers.nextChange(5_000)).toBe(HOLD_MS);
    speakers.update(voices('ab'), 5_000 + HOLD_MS);
    expect(speakers.floor).toBe('b');
    speakers.update(voices('ab'), 60_000);
    expect(speakers.floor).toBe('b');
  });

  it('takes the pauses within speech as speech', () => {
    const speakers = new Speakers();
    speakers.update(voices('a'), 0);
    for (let at = 5_000; at < 5_000 + HOLD_MS; at += 500) {
      speakers.update(voices('ab'), at);
      speakers.update(voices('a'), at + 300);
    }
    speakers.update(voices('ab'), 5_000 + HOLD_MS);
    expect(speakers.floor).toBe('b');
  });

  it('goes to who was heard last when its holder leaves', () => {
    const speakers = new Speakers();
    speakers.update(voices('b'), 0);
    speakers.update(voices('c'), 5_000);
    speakers.update(voices('a'), 10_000);
    expect(speakers.floor).toBe('a');
    speakers.update(voices('').slice(1), 11_000);
    expect(speakers.floor).toBe('c');
    speakers.update([], 12_000);
    expect(speakers.floor).toBeUndefined();
  });
});

describe('those who stay', () => {
  it('have spoken for a while', () => {
    const speakers = new Speakers();
    speakers.update(voices('ab'), 0);
    expect(speakers.staying(HOLD_MS - 1)).toEqual([]);
    speakers.update(voices('a'), 1_500);
    expect(speakers.staying(HOLD_MS)).toEqual(['a']);
    expect(speakers.heardAt('b')).toBe(1_500);
    expect(speakers.heardAt('c')).toBe(-Infinity);
  });

  it('need no timer while nobody speaks', () => {
    const speakers = new Speakers();
    speakers.update(voices('a'), 0);
    expect(speakers.nextChange(0)).toBe(HOLD_MS);
    speakers.update(voices(''), 100);
    expect(speakers.nextChange(100)).toBeUndefined();
  });
});
