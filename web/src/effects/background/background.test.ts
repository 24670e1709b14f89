import { describe, expect, it } from 'vitest';
import { BACKGROUNDS, isImage } from './backgrounds';
import { KeepUp } from './keepUp';
import { transportOf } from './support';

describe('a machine that changes backgrounds', () => {
  const looks = (keepUp: KeepUp, frameMs: number, times: number) => Array.from({ length: times }, () => keepUp.look(frameMs));

  it('keeps up at eight pictures a second', () => {
    expect(new Set(looks(new KeepUp(), KeepUp.SLOW_MS, 100))).toEqual(new Set(['keepsUp']));
  });

  it('gets less to do when it is slow for some looks in a row', () => {
    expect(looks(new KeepUp(), 200, 3)).toEqual(['keepsUp', 'keepsUp', 'lighter']);
  });

  it('decides nothing by a short stutter', () => {
    const keepUp = new KeepUp();
    for (let time = 0; time < 20; time += 1) expect([...looks(keepUp, 900, 2), keepUp.look(50)]).toEqual(['keepsUp', 'keepsUp', 'keepsUp']);
  });

  it('goes on with less to do as long as two pictures a second come', () => {
    const keepUp = new KeepUp();
    looks(keepUp, 400, 3);
    expect(new Set(looks(keepUp, 400, 100))).toEqual(new Set(['keepsUp']));
  });

  it('is too slow when even the lighter work takes too long', () => {
    const after = looks(new KeepUp(), 800, 9);
    expect(after.indexOf('lighter')).toBe(2);
    expect(after.indexOf('tooSlow')).toBe(8);
  });
});

describe('how pictures get to the worker', () => {
  const workers = { Worker: 1, WebAssembly: 1, OffscreenCanvas: 1, createImageBitmap: 1 };
  class HTMLCanvasElement {
    captureStream(): void {
      throw new Error('only its presence counts');
    }
  }

  it('is by streams where the page has them', () => {
    expect(transportOf({ ...workers, MediaStreamTrackProcessor: 1, MediaStreamTrackGenerator: 1, VideoFrame: 1, HTMLCanvasElement })).toBe('streams');
  });

  it('is over a canvas elsewhere', () => {
    expect(transportOf({ ...workers, MediaStreamTrackProcessor: 1, VideoFrame: 1, HTMLCanvasElement })).toBe('canvas');
  });

  it('is no way at all without workers that draw, or a canvas that can be recorded', () => {
    expect(transportOf({ ...workers, HTMLCanvasElement: function canvas() {} })).toBeUndefined();
    for (const missing of Object.keys(workers)) {
      const browser = Object.fromEntries(Object.entries({ ...workers, HTMLCanvasElement }).filter(([name]) => name !== missing));
      expect(transportOf(browser), missing).toBeUndefined();
    }
  });
});

it('tells images from what is done to the room itself', () => {
  expect(BACKGROUNDS.filter((choice) => !isImage(choice))).toEqual(['none', 'blurLight', 'blurStrong']);
});
