import { describe, expect, it } from 'vitest';
import { PeopleOrder } from './order';
import { HOLD_MS, Speakers } from './speakers';

const PEOPLE = ['a', 'b', 'c', 'd', 'e', 'f'];

function ordered(): PeopleOrder {
  const order = new PeopleOrder();
  order.sync(PEOPLE);
  return order;
}

function speakersWho(...heard: [identity: string, at: number][]): Speakers {
  const speakers = new Speakers();
  for (const [who, at] of heard) speakers.update(PEOPLE.map((identity) => ({ identity, speaking: identity === who })), at);
  return speakers;
}

describe('the order of people', () => {
  it('puts newcomers at the end, whatever the server’s order, and closes gaps', () => {
    const order = ordered();
    order.sync(['new', 'a', 'c', 'd', 'e', 'f']);
    expect(order.get()).toEqual(['a', 'c', 'd', 'e', 'f', 'new']);
  });

  it('brings who keeps speaking to the first page, for the last who was never heard', () => {
    const order = ordered();
    const speakers = speakersWho(['c', 0], ['f', 10_000]);
    expect(order.bringForward(PEOPLE, 3, speakers, 10_000 + HOLD_MS)).toBe(true);
    expect(order.get()).toEqual(['a', 'f', 'c', 'd', 'e', 'b']);
  });

  it('or for who has been silent for longest', () => {
    const order = ordered();
    const speakers = speakersWho(['b', 0], ['a', 5_000], ['c', 10_000], ['d', 20_000]);
    order.bringForward(PEOPLE, 3, speakers, 20_000 + HOLD_MS);
    expect(order.get()).toEqual(['a', 'd', 'c', 'b', 'e', 'f']);
  });

  it('moves nobody for a cough, nor for who is on the first page', () => {
    const order = ordered();
    expect(order.bringForward(PEOPLE, 3, speakersWho(['f', 0]), HOLD_MS - 1)).toBe(false);
    expect(order.bringForward(PEOPLE, 3, speakersWho(['b', 0]), 60_000)).toBe(false);
    expect(order.get()).toEqual(PEOPLE);
  });
});
