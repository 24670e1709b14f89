// Notices that someone speaks while their microphone is off. It listens to the track that a microphone keeps while it is off, and to nothing else: no
// device is opened for it.
import type { CallModel } from '../call/model';
import { mayUnmute } from '../call/roomState';
import type { DevicesPort } from '../devices/port';
import { levelOf, type LevelSource } from '../devices/microphoneLevel';
import type { PreferenceStore } from '../settings/preferences';

const LOOK_MS = 100;
/** About −36 dB: a voice near the microphone, not a keyboard's clicks or a room's hum. */
const VOICE = 0.4;
/** So many of the last looks must be loud. */
const LOUD_LOOKS = 8;
const LOOKS = 20;
/** Saying it once in a while is enough. */
const PAUSE_MS = 60_000;

export interface MutedSpeechEnvironment {
  listen: (track: MediaStreamTrack) => LevelSource;
  now: () => number;
}

export class MutedSpeech {
  readonly #call: Pick<CallModel, 'state'>;
  readonly #devices: Pick<DevicesPort, 'state'>;
  readonly #preferences: Pick<PreferenceStore, 'state'>;
  readonly #env: MutedSpeechEnvironment;
  #listening: { track: MediaStreamTrack; stop: () => void } | undefined;
  #saidAt = -Infinity;

  constructor(call: Pick<CallModel, 'state'>, devices: Pick<DevicesPort, 'state'>, preferences: Pick<PreferenceStore, 'state'>, env: MutedSpeechEnvironment) {
    this.#call = call;
    this.#devices = devices;
    this.#preferences = preferences;
    this.#env = env;
  }

  /** Calls back when someone speaks with the microphone off, until the returned function is called. */
  watch(say: () => void): () => void {
    const look = () => this.#look(say);
    const stops = [this.#call.state, this.#devices.state, this.#preferences.state].map((store) => store.subscribe(look));
    look();
    return () => {
      stops.forEach((stop) => stop());
      this.#stop();
    };
  }

  #look(say: () => void): void {
    const call = this.#call.state.get();
    const { phase, microphone } = call;
    const { warnMuted, pushToTalk } = this.#preferences.state.get();
    const track = phase === 'connected' && microphone === 'off' && mayUnmute(call) && warnMuted && !pushToTalk ? this.#devices.state.get().microphone?.track : undefined;
    if (track === this.#listening?.track) return;
    this.#stop();
    if (track !== undefined) this.#listen(track, say);
  }

  #listen(track: MediaStreamTrack, say: () => void): void {
    const source = this.#env.listen(track);
    let looks: boolean[] = [];
    const timer = setInterval(() => {
      looks = [...looks, levelOf(source.read()) >= VOICE].slice(-LOOKS);
      if (looks.filter(Boolean).length < LOUD_LOOKS || this.#env.now() - this.#saidAt < PAUSE_MS) return;
      this.#saidAt = this.#env.now();
      looks = [];
      say();
    }, LOOK_MS);
    this.#listening = {
      track,
      stop: () => {
        clearInterval(timer);
        source.close();
      },
    };
  }

  #stop(): void {
    this.#listening?.stop();
    this.#listening = undefined;
  }
}
