// Strong noise suppression as livekit-client takes it. It runs in an audio context of its own, since the network knows one sample rate, and never in
// the one that the library offers. Where it cannot run, the microphone goes on as it is and `failed` hears of it.
import type { AudioProcessorOptions, Track, TrackProcessor } from 'livekit-client';
import { createNoiseContext, suppressNoise, type SuppressedTrack } from '../effects/rnnoise';

export class NoiseProcessor implements TrackProcessor<Track.Kind.Audio, AudioProcessorOptions> {
  readonly name = 'rotunda-noise';
  /** The library sets no processor on a track that has none. */
  readonly context = createNoiseContext();
  readonly #failed: () => void;
  #source: MediaStreamTrack | undefined;
  #suppressed: SuppressedTrack | undefined;

  constructor(failed: () => void) {
    this.#failed = failed;
  }

  get processedTrack(): MediaStreamTrack | undefined {
    return this.#suppressed?.track;
  }

  async init({ track }: Pick<AudioProcessorOptions, 'track'>): Promise<void> {
    this.#source = track;
    this.#suppressed = await suppressNoise(this.context, track, this.#failed);
  }

  /** The microphone changed, or only the library's context. */
  async restart({ track }: Pick<AudioProcessorOptions, 'track'>): Promise<void> {
    if (track === this.#source && this.#suppressed !== undefined) return;
    this.#close();
    try {
      await this.init({ track });
    } catch {
      this.#failed();
    }
  }

  destroy(): Promise<void> {
    this.#close();
    return this.context.close();
  }

  #close(): void {
    this.#suppressed?.close();
    this.#suppressed = undefined;
    this.#source = undefined;
  }
}
