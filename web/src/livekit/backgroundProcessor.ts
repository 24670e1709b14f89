// Another background as livekit-client takes it. The library sends `processedTrack` and nothing else while a processor is set, and it waits for `restart`
// before a camera that was switched on again is sent: what comes from the camera itself never leaves this machine.
import type { Track, TrackProcessor, VideoProcessorOptions } from 'livekit-client';
import type { ActiveBackground } from '../effects/background/backgrounds';
import { ClosedError, openBackground, type BackgroundFailure, type BackgroundPipeline } from '../effects/background/engine';
import { EffectError } from '../effects/port';

export class BackgroundProcessor implements TrackProcessor<Track.Kind.Video, VideoProcessorOptions> {
  readonly name = 'rotunda-background';
  readonly #failed: (failure: BackgroundFailure) => void;
  #background: ActiveBackground;
  #pipeline: BackgroundPipeline | undefined;

  constructor(background: ActiveBackground, failed: (failure: BackgroundFailure) => void) {
    this.#background = background;
    this.#failed = failed;
  }

  get processedTrack(): MediaStreamTrack | undefined {
    return this.#pipeline?.track;
  }

  setBackground(background: ActiveBackground): void {
    this.#background = background;
    this.#pipeline?.setBackground(background);
  }

  /** Resolves when the first picture is ready, which tells the library its size, or at once for a camera that is off. */
  async init({ track }: Pick<VideoProcessorOptions, 'track'>): Promise<void> {
    const pipeline = await openBackground(this.#background, this.#failed);
    try {
      if (track.readyState === 'live') await pipeline.setSource(track);
    } catch (error) {
      pipeline.close();
      throw error;
    }
    this.#pipeline = pipeline;
  }

  async restart({ track }: Pick<VideoProcessorOptions, 'track'>): Promise<void> {
    try {
      await this.#pipeline?.setSource(track);
    } catch (error) {
      if (error instanceof ClosedError) throw error;
      this.#failed('failed');
      throw new EffectError();
    }
  }

  destroy(): Promise<void> {
    this.#pipeline?.close();
    this.#pipeline = undefined;
    return Promise.resolve();
  }
}
