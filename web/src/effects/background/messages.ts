// What the page and the worker tell each other. Every message names its session: one worker serves one picture after the other.
import type { ActiveBackground } from './backgrounds';

export type ToWorker =
  /** Begins a session, and ends the one before. With a writable the pictures go there, without one they come back by message. */
  | { kind: 'open'; session: number; background: ActiveBackground; writable: WritableStream<VideoFrame> | undefined }
  | { kind: 'background'; session: number; background: ActiveBackground }
  /** The camera, also in place of an earlier one. */
  | { kind: 'source'; session: number; readable: ReadableStream<VideoFrame> }
  /** Pictures of another camera follow, one by one. */
  | { kind: 'restart'; session: number }
  /** One picture of a source that is no stream. */
  | { kind: 'frame'; session: number; bitmap: ImageBitmap }
  /** The machine is slow: a smaller picture, and a mask for every second one. */
  | { kind: 'lighter'; session: number }
  | { kind: 'close'; session: number };

export type FromWorker =
  | { kind: 'ready'; session: number }
  /** The first picture of a source is through. */
  | { kind: 'first'; session: number }
  | { kind: 'frame'; session: number; bitmap: ImageBitmap }
  /** How long a frame took on average. */
  | { kind: 'pace'; session: number; frameMs: number }
  | { kind: 'failed'; session: number; reason: string };
