// Both ends of a pipeline on the page: how pictures of a camera get to the worker, and how what comes back becomes a track.
import type { ActiveBackground } from './backgrounds';
import type { ToWorker } from './messages';
import type { Transport } from './support';

type Bare<T> = T extends unknown ? Omit<T, 'session'> : never;
/** Sends a message of the pipeline's session. */
type Send = (message: Bare<ToWorker>, transfer?: Transferable[]) => void;

export interface Sink {
  readonly track: MediaStreamTrack;
  open: (background: ActiveBackground) => void;
  setSource: (camera: MediaStreamTrack) => void;
  /** Of a canvas: a picture that came back. */
  show: (bitmap: ImageBitmap) => void;
  close: () => void;
}

export function openSink(transport: Transport, send: Send): Sink {
  return transport === 'streams' ? new StreamSink(send) : new CanvasSink(send);
}

/** Breakout boxes, as Chromium has them on the page: not in the types of the DOM. */
interface Generator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}
declare const MediaStreamTrackGenerator: new (init: { kind: 'video' }) => Generator;
declare const MediaStreamTrackProcessor: new (init: { track: MediaStreamTrack; maxBufferSize: number }) => { readonly readable: ReadableStream<VideoFrame> };

class StreamSink implements Sink {
  readonly track: Generator = new MediaStreamTrackGenerator({ kind: 'video' });
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  open(background: ActiveBackground): void {
    const { writable } = this.track;
    this.#send({ kind: 'open', background, writable }, [writable]);
  }

  setSource(track: MediaStreamTrack): void {
    // One frame and no more: while the worker is busy the newest replaces the one that waits.
    const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 });
    this.#send({ kind: 'source', readable }, [readable]);
  }

  show(bitmap: ImageBitmap): void {
    bitmap.close();
  }

  close(): void {
    this.track.stop();
  }
}

class CanvasSink implements Sink {
  readonly track: MediaStreamTrack;
  readonly #send: Send;
  readonly #video = document.createElement('video');
  readonly #canvas = document.createElement('canvas');
  readonly #pen: CanvasRenderingContext2D;
  #camera: MediaStreamTrack | undefined;
  /** A picture is on its way through the worker, which answers when it is time for the next. */
  #under = false;
  #closed = false;

  constructor(send: Send) {
    this.#send = send;
    const pen = this.#canvas.getContext('2d', { alpha: false });
    if (pen === null) throw new Error('no canvas to show on');
    this.#pen = pen;
    const [track] = this.#canvas.captureStream().getVideoTracks();
    if (track === undefined) throw new Error('a canvas without a track');
    this.track = track;
    Object.assign(this.#video, { muted: true, playsInline: true });
  }

  open(background: ActiveBackground): void {
    this.#send({ kind: 'open', background, writable: undefined });
  }

  setSource(camera: MediaStreamTrack): void {
    this.#camera = camera;
    this.#video.srcObject = new MediaStream([camera]);
    this.#video.onloadeddata = () => void this.#next();
    this.#video.play().catch(() => undefined);
    this.#send({ kind: 'restart' });
  }

  show(bitmap: ImageBitmap): void {
    const { width, height } = bitmap;
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
    this.#pen.drawImage(bitmap, 0, 0);
    bitmap.close();
    this.#under = false;
    void this.#next();
  }

  close(): void {
    this.#closed = true;
    this.track.stop();
    this.#video.srcObject = null;
  }

  async #next(): Promise<void> {
    if (this.#under || this.#closed || this.#camera?.readyState !== 'live') return;
    this.#under = true;
    try {
      const bitmap = await createImageBitmap(this.#video);
      this.#send({ kind: 'frame', bitmap }, [bitmap]);
    } catch {
      // No picture just now, as while the camera changes.
      this.#under = false;
      setTimeout(() => void this.#next(), 100);
    }
  }
}
