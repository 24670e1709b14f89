import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, failureFrom } from '../api/errors';
import type { WaitingPerson } from '../api/knocks';
import { settle } from '../test/fakes';
import { Door, type DoorEnvironment } from './door';
import type { EventListener } from './eventStream';

const person = (id: number, name = `Name ${id}`): WaitingPerson => ({ id, name, guest: id % 2 === 0, since: '2026-11-23T06:00:00Z' });

describe('the door of a room', () => {
  let listed: WaitingPerson[];
  let listener: EventListener;
  let heard: AbortSignal | undefined;
  let decide: ReturnType<typeof vi.fn<(knock: number, decision: string) => Promise<void>>>;
  let admitAll: ReturnType<typeof vi.fn<() => Promise<void>>>;
  let ring: ReturnType<typeof vi.fn<() => void>>;
  let failed: ReturnType<typeof vi.fn<DoorEnvironment['failed']>>;
  let list: ReturnType<typeof vi.fn<() => Promise<WaitingPerson[]>>>;
  let door: Door;
  const ids = () => door.state.get().people.map(({ id }) => id);
  const unseen = () => door.state.get().unseen.map(({ id }) => id);
  const knock = (id: number) => listener.heard('knock', { ...person(id), user: 'g1', state: 'waiting' });

  beforeEach(async () => {
    listed = [person(1)];
    heard = undefined;
    decide = vi.fn(() => Promise.resolve());
    admitAll = vi.fn(() => Promise.resolve());
    ring = vi.fn();
    failed = vi.fn();
    list = vi.fn(() => Promise.resolve(listed));
    door = new Door({
      list,
      decide,
      admitAll,
      listen: (given, signal) => {
        listener = given;
        heard = signal;
      },
      ring,
      failed,
    });
    expect(heard).toBeUndefined();
    door.watch(true);
    listener.opened?.();
    await settle();
  });

  it('shows who waits, and who comes and goes, and rings for the new ones', () => {
    expect(ids()).toEqual([1]);
    knock(2);
    knock(3);
    knock(2);
    expect(ids()).toEqual([1, 3, 2]);
    expect(ring).toHaveBeenCalledTimes(3);
    listener.heard('knock', { id: 3, state: 'withdrawn' });
    listener.heard('knock', { id: 1, state: 'admitted' });
    expect(ids()).toEqual([2]);
    for (const nonsense of [undefined, 7, {}, { id: 'x', state: 'waiting' }, { id: 9, state: 'else' }]) listener.heard('knock', nonsense);
    expect(ids()).toEqual([2]);
  });

  it('tells of whom nobody has looked at yet', () => {
    knock(2);
    expect(unseen()).toEqual([1, 2]);
    door.seen();
    expect(unseen()).toEqual([]);
    knock(3);
    expect(unseen()).toEqual([3]);
    listener.heard('knock', { id: 3, state: 'refused' });
    expect(unseen()).toEqual([]);
  });

  it('reads the list again after a break, and when it is not said whose knock is gone', async () => {
    listed = [person(4)];
    listener.opened?.();
    await settle();
    expect(ids()).toEqual([4]);
    listed = [];
    listener.heard('knock', { state: 'withdrawn' });
    await settle();
    expect(ids()).toEqual([]);
  });

  it('lets in and sends away', async () => {
    knock(2);
    const deciding = door.decide(1, 'admit');
    void door.decide(1, 'refuse');
    expect([...door.state.get().deciding]).toEqual([1]);
    await deciding;
    expect(ids()).toEqual([2]);
    await door.decide(2, 'refuse');
    expect(decide.mock.calls).toEqual([[1, 'admit'], [2, 'refuse']]);
    expect(ids()).toEqual([]);
    expect(door.state.get().deciding.size).toBe(0);
    // A list that was on its way does not bring them back.
    listed = [person(1), person(5)];
    listener.opened?.();
    await settle();
    expect(ids()).toEqual([5]);
  });

  it('lets everyone in at once', async () => {
    knock(2);
    await door.admitAll();
    expect(admitAll).toHaveBeenCalledTimes(1);
    expect(ids()).toEqual([]);
  });

  it('tells when it is too late, and shows how it is', async () => {
    const late = new ApiError(failureFrom(409, { detail: 'x', code: 'knock_decided' }, null));
    decide.mockRejectedValue(late);
    listed = [];
    await door.decide(1, 'admit');
    expect(failed).toHaveBeenCalledWith(late, person(1));
    expect(ids()).toEqual([]);
    knock(2);
    admitAll.mockRejectedValue(late);
    await door.admitAll();
    expect(failed).toHaveBeenLastCalledWith(late, undefined);
    expect(ids()).toEqual([2]);
  });

  it('is not watched by who is no host any more, and watched again by who is', async () => {
    door.watch(true);
    expect(list).toHaveBeenCalledTimes(1);
    door.watch(false);
    expect(heard?.aborted).toBe(true);
    expect(ids()).toEqual([]);
    door.watch(true);
    expect(heard?.aborted).toBe(false);
    listener.opened?.();
    await settle();
    expect(ids()).toEqual([1]);
  });
});
