// The port of effects on top of livekit-client.
import { LocalAudioTrack, type Room, RoomEvent, Track } from 'livekit-client';
import type { NoiseChoice } from '../effects/effectChoice';
import { browserSuppresses } from '../effects/noise';
import type { EffectProblem, EffectsPort } from '../effects/port';
import { NoiseProcessor } from './noiseProcessor';

export class LivekitEffects implements EffectsPort {
  readonly #room: Room;
  readonly #renewMicrophone: () => Promise<void>;
  #noise: NoiseChoice = 'browser';
  /** One change after the other: the last choice is what remains. */
  #changing: Promise<unknown> = Promise.resolve();
  #problem: (problem: EffectProblem) => void = () => undefined;

  /** `renewMicrophone` opens it again as the choice has it. */
  constructor(room: Room, renewMicrophone: () => Promise<void>) {
    this.#room = room;
    this.#renewMicrophone = renewMicrophone;
    room.on(RoomEvent.LocalTrackPublished, ({ source }) => {
      if (source === Track.Source.Microphone) this.setNoise(this.#noise).catch(() => this.#problem('noise'));
    });
  }

  onProblem(listener: (problem: EffectProblem) => void): void {
    this.#problem = listener;
  }

  setNoise(choice: NoiseChoice): Promise<void> {
    this.#noise = choice;
    const change = this.#changing.then(async () => {
      const track = this.#room.localParticipant.getTrackPublication(Track.Source.Microphone)?.track;
      if (track instanceof LocalAudioTrack && choice === this.#noise) await this.#applyNoise(track, choice);
    });
    this.#changing = change.catch(() => undefined);
    return change;
  }

  async #applyNoise(track: LocalAudioTrack, choice: NoiseChoice): Promise<void> {
    const { noiseSuppression } = track.getSourceTrackSettings();
    if (noiseSuppression !== undefined && noiseSuppression !== browserSuppresses(choice)) {
      await this.#renewMicrophone();
    }
    if (choice !== 'strong') {
      await track.stopProcessor();
      return;
    }
    if (track.getProcessor() !== undefined) return;
    const processor = new NoiseProcessor(() => this.#problem('noise'));
    try {
      await track.setAudioContext(processor.context);
      await track.setProcessor(processor);
    } catch (error) {
      await processor.destroy();
      throw error;
    }
  }
}
