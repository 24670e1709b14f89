// The worker in which backgrounds are changed: takes pictures of a camera, finds the person in each, and gives back what others may see. Nothing that it
// could not treat ever leaves it: after a failure there is no further picture.
import type { FromWorker, ToWorker } from '../messages';
import { Compositor } from './compositor';
import { onMessage, post } from './scope';
import { Segmenter, type Shape } from './segmenter';

/** A source that is no stream is asked for its next picture this long after the last. */
const FRAME_MS = 1000 / 30;
const PACE_MS = 2_000;
/** The longer side of a picture on a slow machine. */
const LIGHT_SIDE = 640;

const segmenters = new Map<Shape, Promise<Segmenter>>();

function segmenterFor(shape: Shape): Promise<Segmenter> {
  const known = segmenters.get(shape);
  if (known !== undefined) return known;
  const loading = Segmenter.load(shape);
  segmenters.set(shape, loading);
  return loading;
}

interface Size {
  width: number;
  height: number;
}

class Session {
  readonly #id: number;
  readonly #compositor: Compositor;
  readonly #writer: WritableStreamDefaultWriter<VideoFrame> | undefined;
  #reader: ReadableStreamDefaultReader<VideoFrame> | undefined;
  #lighter = false;
  #closed = false;
  #first = true;
  #untilMask = 0;
  #took = 0;
  #frames = 0;
  #toldAt = performance.now();

  constructor({ session, background, writable }: ToWorker & { kind: 'open' }, compositor: Compositor) {
    this.#id = session;
    this.#compositor = compositor;
    this.#writer = writable?.getWriter();
    compositor.setBackground(background);
  }

  get id(): number {
    return this.#id;
  }

  setBackground(background: Parameters<Compositor['setBackground']>[0]): void {
    this.#compositor.setBackground(background);
  }

  lighten(): void {
    this.#lighter = true;
  }

  async read(readable: ReadableStream<VideoFrame>): Promise<void> {
    await this.#reader?.cancel().catch(() => undefined);
    const reader = readable.getReader();
    this.#reader = reader;
    this.#begin();
    for (;;) {
      const { value: frame } = await reader.read();
      if (frame === undefined || this.#closed || reader !== this.#reader) {
        frame?.close();
        return;
      }
      try {
        await this.#draw(frame, { width: frame.displayWidth, height: frame.displayHeight });
        const drawn = new VideoFrame(this.#compositor.canvas, { timestamp: frame.timestamp, alpha: 'discard' });
        await this.#writer?.write(drawn).catch(() => drawn.close());
      } finally {
        frame.close();
      }
      this.#tellFirst();
    }
  }

  async take(bitmap: ImageBitmap): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.#draw(bitmap, bitmap);
    } finally {
      bitmap.close();
    }
    const drawn = this.#compositor.canvas.transferToImageBitmap();
    const left = FRAME_MS - (performance.now() - startedAt);
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
    if (this.#closed) {
      drawn.close();
      return;
    }
    tell({ kind: 'frame', session: this.#id, bitmap: drawn }, [drawn]);
    this.#tellFirst();
  }

  /** Another source: its first picture must not be cut by the last one's mask. */
  begin(): void {
    this.#begin();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#reader?.cancel().catch(() => undefined);
    await this.#writer?.close().catch(() => undefined);
  }

  #begin(): void {
    this.#first = true;
    this.#untilMask = 0;
  }

  async #draw(picture: VideoFrame | ImageBitmap, size: Size): Promise<void> {
    const startedAt = performance.now();
    const shape: Shape = size.width >= size.height ? 'wide' : 'upright';
    if (this.#untilMask === 0) {
      const segmenter = await segmenterFor(shape);
      const mask = await segmenter.segment(picture);
      this.#compositor.setMask(mask);
      mask.close();
      this.#untilMask = this.#lighter ? 2 : 1;
    }
    this.#untilMask -= 1;
    const { width, height } = this.#lighter ? atMost(size, LIGHT_SIDE) : size;
    this.#compositor.draw(picture, width, height);
    this.#tellPace(performance.now() - startedAt);
  }

  #tellFirst(): void {
    if (this.#first) tell({ kind: 'first', session: this.#id });
    this.#first = false;
  }

  #tellPace(took: number): void {
    this.#took += took;
    this.#frames += 1;
    const now = performance.now();
    if (now - this.#toldAt < PACE_MS) return;
    tell({ kind: 'pace', session: this.#id, frameMs: this.#took / this.#frames });
    this.#took = 0;
    this.#frames = 0;
    this.#toldAt = now;
  }
}

function atMost({ width, height }: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(width, height));
  // Encoders like even sizes.
  return { width: 2 * Math.round((width * scale) / 2), height: 2 * Math.round((height * scale) / 2) };
}

function tell(message: FromWorker, transfer: Transferable[] = []): void {
  post(message, transfer);
}

let compositor: Compositor | undefined;
let current: Session | undefined;

async function handle(message: ToWorker): Promise<void> {
  if (message.kind === 'open') {
    void current?.close();
    compositor ??= new Compositor();
    current = new Session(message, compositor);
    await segmenterFor('wide');
    tell({ kind: 'ready', session: message.session });
    return;
  }
  if (current?.id !== message.session) {
    if (message.kind === 'frame') message.bitmap.close();
    return;
  }
  switch (message.kind) {
    case 'background':
      current.setBackground(message.background);
      return;
    case 'source':
      await current.read(message.readable);
      return;
    case 'restart':
      current.begin();
      return;
    case 'frame':
      await current.take(message.bitmap);
      return;
    case 'lighter':
      current.lighten();
      return;
    case 'close': {
      // At once: the next session may begin while this one ends.
      const closing = current;
      current = undefined;
      await closing.close();
    }
  }
}

onMessage((data) => {
  // The page that made the worker is the only one that can write to it.
  const message = data as ToWorker;
  handle(message).catch(async (error: unknown) => {
    tell({ kind: 'failed', session: message.session, reason: String(error) });
    if (current?.id === message.session) await current.close();
  });
});
