// The page's side of changing backgrounds: gives a camera's pictures to the worker and makes a track of what comes back. The worker is loaded once and
// kept for a while after it was used, so that the picture before the call and the one in it do not both wait for it.
import type { ActiveBackground } from './backgrounds';
import { KeepUp } from './keepUp';
import type { FromWorker, ToWorker } from './messages';
import { transportOf } from './support';
import { openSink, type Sink } from './sink';

export type BackgroundFailure = 'failed' | 'tooSlow';

/** It was closed while somebody waited for it, which is no failure. */
export class ClosedError extends Error {}

/** Loading takes seconds on a slow line; a picture that has not come by then does not come. */
const LOAD_LIMIT_MS = 60_000;
const FIRST_LIMIT_MS = 20_000;
const KEEP_LOADED_MS = 30_000;

export interface BackgroundPipeline {
  /** What others may see: the person before the background, from the first picture on. */
  readonly track: MediaStreamTrack;
  /** Takes its pictures from this camera from now on; resolves when the first of them is through. */
  setSource: (camera: MediaStreamTrack) => Promise<void>;
  setBackground: (background: ActiveBackground) => void;
  close: () => void;
}

type Listener = (message: FromWorker) => void;

let worker: Worker | undefined;
let listener: Listener = () => undefined;
let sessions = 0;
let current: Pipeline | undefined;
let unloading: ReturnType<typeof setTimeout> | undefined;

function loadWorker(): Worker {
  clearTimeout(unloading);
  if (worker !== undefined) return worker;
  const made = new Worker(new URL('./worker/main.ts', import.meta.url));
  made.onmessage = ({ data }: MessageEvent<FromWorker>) => listener(data);
  made.onerror = () => {
    listener({ kind: 'failed', session: sessions, reason: 'the worker broke' });
    unload();
  };
  worker = made;
  return made;
}

function unload(): void {
  clearTimeout(unloading);
  worker?.terminate();
  worker = undefined;
}

/** Begins; whoever had the worker before gets no more pictures. Rejects when it cannot be loaded. `failed` hears what goes wrong later. */
export async function openBackground(background: ActiveBackground, failed: (failure: BackgroundFailure) => void): Promise<BackgroundPipeline> {
  current?.close();
  sessions += 1;
  const pipeline = new Pipeline(sessions, loadWorker(), background, failed);
  current = pipeline;
  try {
    await pipeline.loaded;
    return pipeline;
  } catch (error) {
    pipeline.close();
    // Who closed it may have the worker now.
    if (!(error instanceof ClosedError)) unload();
    throw error;
  }
}

class Pipeline implements BackgroundPipeline {
  readonly loaded: Promise<void>;
  readonly #session: number;
  readonly #worker: Worker;
  readonly #sink: Sink;
  readonly #keepUp = new KeepUp();
  readonly #failed: (failure: BackgroundFailure) => void;
  #waiting = new Map<'ready' | 'first', { resolve: () => void; reject: (error: Error) => void }>();
  #closed = false;

  constructor(session: number, to: Worker, background: ActiveBackground, failed: (failure: BackgroundFailure) => void) {
    this.#session = session;
    this.#worker = to;
    this.#failed = failed;
    const transport = transportOf();
    if (transport === undefined) throw new Error('this browser cannot');
    this.#sink = openSink(transport, (message, transfer) => to.postMessage({ ...message, session }, transfer ?? []));
    listener = (message) => this.#hear(message);
    this.loaded = this.#wait('ready', LOAD_LIMIT_MS);
    this.#sink.open(background);
  }

  get track(): MediaStreamTrack {
    return this.#sink.track;
  }

  async setSource(camera: MediaStreamTrack): Promise<void> {
    const first = this.#wait('first', FIRST_LIMIT_MS);
    this.#sink.setSource(camera);
    await first;
  }

  setBackground(background: ActiveBackground): void {
    this.#tell({ kind: 'background', session: this.#session, background });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) reject(new ClosedError());
    this.#waiting.clear();
    this.#tell({ kind: 'close', session: this.#session });
    this.#sink.close();
    if (current !== this) return;
    current = undefined;
    listener = () => undefined;
    unloading = setTimeout(unload, KEEP_LOADED_MS);
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #wait(what: 'ready' | 'first', milliseconds: number): Promise<void> {
    this.#waiting.get(what)?.reject(new ClosedError());
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`${what}: too late`)), milliseconds);
      this.#waiting.set(what, {
        resolve: () => {
          clearTimeout(limit);
          resolve();
        },
        reject: (error) => {
          clearTimeout(limit);
          reject(error);
        },
      });
    });
  }

  #hear(message: FromWorker): void {
    if (message.session !== this.#session) return;
    switch (message.kind) {
      case 'ready':
      case 'first':
        this.#waiting.get(message.kind)?.resolve();
        this.#waiting.delete(message.kind);
        return;
      case 'frame':
        this.#sink.show(message.bitmap);
        return;
      case 'pace':
        this.#pace(message.frameMs);
        return;
      case 'failed':
        this.#fail(new Error(message.reason));
    }
  }

  #pace(frameMs: number): void {
    switch (this.#keepUp.look(frameMs)) {
      case 'keepsUp':
        return;
      case 'lighter':
        this.#tell({ kind: 'lighter', session: this.#session });
        return;
      case 'tooSlow':
        this.close();
        this.#failed('tooSlow');
    }
  }

  /** Who waits hears it as a rejection, otherwise `failed` is called. */
  #fail(error: Error): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.close();
    unload();
    if (waiting.length === 0) this.#failed('failed');
    for (const { reject } of waiting) reject(error);
  }
}
