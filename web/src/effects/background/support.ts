// Which way pictures can go to the worker and back in this browser.

import { hasSimd } from '../simd';

export type Transport =
  /** As streams of frames that never touch the page's thread. */
  | 'streams'
  /** From a video element, and back onto a canvas that is recorded. */
  | 'canvas';

export function transportOf(browser: object = globalThis): Transport | undefined {
  const has = (...names: string[]) => names.every((name) => name in browser);
  if (!has('Worker', 'WebAssembly', 'OffscreenCanvas', 'createImageBitmap')) return undefined;
  if (has('MediaStreamTrackProcessor', 'MediaStreamTrackGenerator', 'VideoFrame')) return 'streams';
  const canvas: unknown = 'HTMLCanvasElement' in browser ? browser.HTMLCanvasElement : undefined;
  return typeof canvas === 'function' && 'captureStream' in canvas.prototype ? 'canvas' : undefined;
}

let drawing: boolean | undefined;

/** The person is found and the picture is put together with WebGL 2, in a worker. */
function drawsInWorkers(): boolean {
  drawing ??= new OffscreenCanvas(1, 1).getContext('webgl2') !== null;
  return drawing;
}

export function canChangeBackground(): boolean {
  try {
    return transportOf() !== undefined && hasSimd() && drawsInWorkers();
  } catch {
    return false;
  }
}
