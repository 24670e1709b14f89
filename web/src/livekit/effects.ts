// The port of effects on top of livekit-client.
import { LocalAudioTrack, LocalVideoTrack, type Room, RoomEvent, Track } from 'livekit-client';
import type { BackgroundChoice } from '../effects/background/backgrounds';
import type { BackgroundFailure } from '../effects/background/engine';
import type { NoiseChoice } from '../effects/effectChoice';
import { browserSuppresses } from '../effects/noise';
import { EffectError, type EffectProblem, type EffectsPort } from '../effects/port';
import { BackgroundProcessor } from './backgroundProcessor';
import { NoiseProcessor } from './noiseProcessor';

/** What effects need of the devices in the call. */
export interface EffectDevices {
  /** Opens the microphone again as the choice has it. */
  renewMicrophone: () => Promise<void>;
  cameraOff: () => Promise<void>;
}

export class LivekitEffects implements EffectsPort {
  readonly #room: Room;
  readonly #devices: EffectDevices;
  #noise: NoiseChoice = 'browser';
  #background: BackgroundChoice = 'none';
  /** One change after the other: the last choice is what remains. */
  #noiseChange: Promise<unknown> = Promise.resolve();
  #backgroundChange: Promise<unknown> = Promise.resolve();
  #problem: (problem: EffectProblem) => void = () => undefined;

  constructor(room: Room, devices: EffectDevices) {
    this.#room = room;
    this.#devices = devices;
    room.on(RoomEvent.LocalTrackPublished, ({ source }) => {
      if (source === Track.Source.Microphone) this.setNoise(this.#noise).catch(() => this.#problem('noise'));
      // What was chosen while it was on its way.
      if (source === Track.Source.Camera) this.setBackground(this.#background).catch(() => this.#problem('background'));
    });
  }

  onProblem(listener: (problem: EffectProblem) => void): void {
    this.#problem = listener;
  }

  setNoise(choice: NoiseChoice): Promise<void> {
    this.#noise = choice;
    const change = this.#noiseChange.then(async () => {
      const track = this.#room.localParticipant.getTrackPublication(Track.Source.Microphone)?.track;
      if (track instanceof LocalAudioTrack && choice === this.#noise) await this.#applyNoise(track, choice);
    });
    this.#noiseChange = change.catch(() => undefined);
    return change;
  }

  setBackground(choice: BackgroundChoice): Promise<void> {
    this.#background = choice;
    const change = this.#backgroundChange.then(async () => {
      const track = this.#camera();
      if (track !== undefined && choice === this.#background) await this.#applyBackground(track, choice);
    });
    this.#backgroundChange = change.catch(() => undefined);
    return change;
  }

  /** Puts the chosen background into a camera that nobody sees yet. On failure tells, and rejects with an EffectError: it must not be sent. */
  async prepareCamera(track: LocalVideoTrack): Promise<void> {
    if (this.#background === 'none') return;
    try {
      await track.setProcessor(this.#processor(this.#background));
    } catch {
      this.#problem('background');
      throw new EffectError();
    }
  }

  async #applyNoise(track: LocalAudioTrack, choice: NoiseChoice): Promise<void> {
    const { noiseSuppression } = track.getSourceTrackSettings();
    if (noiseSuppression !== undefined && noiseSuppression !== browserSuppresses(choice)) {
      await this.#devices.renewMicrophone();
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

  async #applyBackground(track: LocalVideoTrack, choice: BackgroundChoice): Promise<void> {
    const now = track.getProcessor();
    if (choice === 'none') {
      await track.stopProcessor();
      return;
    }
    if (now instanceof BackgroundProcessor) {
      now.setBackground(choice);
      return;
    }
    // From the choice on nobody shall see the room, so nothing is sent until the first picture is ready.
    await track.pauseUpstream();
    try {
      await track.setProcessor(this.#processor(choice));
    } catch (error) {
      await this.#hide(track);
      throw error;
    }
    await track.resumeUpstream();
  }

  #processor(background: Exclude<BackgroundChoice, 'none'>): BackgroundProcessor {
    const processor: BackgroundProcessor = new BackgroundProcessor(background, (failure) => this.#broke(processor, failure));
    return processor;
  }

  #broke(processor: BackgroundProcessor, failure: BackgroundFailure): void {
    const track = this.#camera();
    const hidden = track?.getProcessor() === processor ? this.#hide(track) : Promise.resolve();
    hidden.catch(() => undefined).finally(() => this.#problem(failure === 'tooSlow' ? 'backgroundSlow' : 'background'));
  }

  /** Switches the camera off and takes the processor away; switched on again by the person, it is sent as it is. */
  async #hide(track: LocalVideoTrack): Promise<void> {
    await this.#devices.cameraOff();
    await track.resumeUpstream();
    await track.stopProcessor();
  }

  #camera(): LocalVideoTrack | undefined {
    const track = this.#room.localParticipant.getTrackPublication(Track.Source.Camera)?.track;
    return track instanceof LocalVideoTrack ? track : undefined;
  }
}
