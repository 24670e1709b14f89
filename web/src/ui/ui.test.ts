import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { legacyPath } from '../legacy';
import { Toasts } from './toasts';
import { isChunkError, Upgrade } from './upgrade';

describe('toasts', () => {
  let toasts: Toasts;
  beforeEach(() => {
    vi.useFakeTimers();
    toasts = new Toasts();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const texts = () => toasts.list.get().map((toast) => toast.text);

  it('go after six seconds, or when closed', () => {
    toasts.show('success', 'a');
    vi.advanceTimersByTime(3_000);
    toasts.show('error', 'b');
    vi.advanceTimersByTime(2_999);
    expect(texts()).toEqual(['a', 'b']);
    vi.advanceTimersByTime(1);
    expect(texts()).toEqual(['b']);
    toasts.close(toasts.list.get()[0]?.id ?? 0);
    expect(texts()).toEqual([]);
  });

  it('stay while someone reads them', () => {
    toasts.show('success', 'a');
    const id = toasts.list.get()[0]?.id ?? 0;
    toasts.pause(id);
    vi.advanceTimersByTime(60_000);
    expect(texts()).toEqual(['a']);
    toasts.resume(id);
    vi.advanceTimersByTime(6_000);
    expect(texts()).toEqual([]);
  });

  it('give way to a newer word about the same topic', () => {
    toasts.show('info', 'muted', undefined, 'muted');
    toasts.show('info', 'other');
    toasts.show('error', 'all are muted', undefined, 'muted');
    expect(texts()).toEqual(['other', 'all are muted']);
  });

  it('are never more than a few, and never the same twice', () => {
    for (const text of ['a', 'b', 'c', 'd', 'e', 'c']) toasts.show('success', text);
    expect(texts()).toEqual(['b', 'd', 'e', 'c']);
  });
});

describe('an upgrade under an open page', () => {
  let reloads: number;
  let now: number;
  let last: number;
  let upgrade: Upgrade;
  beforeEach(() => {
    reloads = 0;
    now = 100_000;
    last = 0;
    upgrade = new Upgrade({ reload: () => (reloads += 1), now: () => now, lastReload: { get: () => last, set: (at) => (last = at) } });
  });

  it('reloads once', () => {
    upgrade.chunkMissing();
    upgrade.chunkMissing();
    expect(reloads).toBe(1);
    expect(upgrade.step.get()).toBe('reloading');
  });

  it('never during a call, but after it', () => {
    upgrade.setInCall(true);
    upgrade.chunkMissing();
    expect(reloads).toBe(0);
    expect(upgrade.step.get()).toBe('afterCall');
    upgrade.setInCall(false);
    expect(reloads).toBe(1);
  });

  it('does not reload after calls when nothing was missing', () => {
    upgrade.setInCall(true);
    upgrade.setInCall(false);
    expect(reloads).toBe(0);
  });

  it('does not reload again and again', () => {
    last = now - 10_000;
    upgrade.chunkMissing();
    expect(reloads).toBe(0);
    expect(upgrade.step.get()).toBe('stuck');
  });

  it('is told by the errors of all browsers', () => {
    for (const message of ['Failed to fetch dynamically imported module: x', 'error loading dynamically imported module: x', 'Importing a module script failed.', 'Unable to preload CSS for x'])
      expect(isChunkError(new TypeError(message))).toBe(true);
    expect(isChunkError(new TypeError('x is not a function'))).toBe(false);
  });
});

describe('old addresses', () => {
  it.each([
    ['#/app/', '/'],
    ['#/app', '/'],
    ['#/app/login', '/login'],
    ['#/app/register/', '/register'],
    ['#/app/video/room3', '/r/room3'],
    ['#/app/video/../x', '/'],
    ['#/app/video/room3?x', '/'],
    ['#/apple', undefined],
    ['#content', undefined],
    ['', undefined],
  ])('%s leads to %s', (hash, path) => {
    expect(legacyPath(hash)).toBe(path);
  });
});
