// Camera and microphone before the call: asking for them, what can go wrong, and the tracks until the call takes them over.
import { browserSuppresses, currentNoise } from '../effects/noise';
import { Store } from '../ui/store';
import { DeviceChoices } from './deviceChoice';

export type DeviceProblem =
  /** A person, the browser's settings or a policy said no. */
  | 'refused'
  | 'missing'
  /** Another program holds it. */
  | 'busy'
  /** The page did not come over HTTPS, so the browser has no devices for it. */
  | 'insecure'
  | 'failed';

/** What getUserMedia's errors mean (Media Capture and Streams, section 10.2; older names of Chromium and Firefox too). */
export function deviceProblem(error: unknown): DeviceProblem {
  if (error instanceof InsecurePageError) return 'insecure';
  const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
  switch (name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
    case 'SecurityError':
      return 'refused';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}

export class InsecurePageError extends Error {}

export const CAMERA_CONSTRAINTS = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
  facingMode: 'user',
} as const satisfies MediaTrackConstraints;

export function microphoneConstraints(noiseSuppression: boolean) {
  return { echoCancellation: true, noiseSuppression, autoGainControl: true } as const satisfies MediaTrackConstraints;
}

export type DeviceKind = 'camera' | 'microphone';
export type Wanted = Readonly<Record<DeviceKind, boolean>>;

/** What the module takes from the browser. */
export interface DeviceEnvironment {
  getUserMedia: (constraints: MediaStreamConstraints) => Promise<MediaStream>;
  /** Whether asking for this device again would open another question; undefined when the browser does not say. */
  permission: (kind: DeviceKind) => Promise<PermissionState | undefined>;
  /** Whether the browser shall take the noise out of the microphone; it does where nothing is said. */
  noiseSuppression?: () => boolean;
}

export const browserDevices: DeviceEnvironment = {
  getUserMedia(constraints) {
    const devices = (navigator as Partial<Navigator>).mediaDevices;
    return devices === undefined ? Promise.reject(new InsecurePageError()) : devices.getUserMedia(constraints);
  },
  async permission(kind) {
    try {
      return (await navigator.permissions.query({ name: kind })).state;
    } catch {
      return undefined;
    }
  },
  noiseSuppression: () => browserSuppresses(currentNoise()),
};

export interface Acquired {
  camera: MediaStreamTrack | undefined;
  microphone: MediaStreamTrack | undefined;
  /** The worst of what went wrong, when something did. */
  problem: DeviceProblem | undefined;
}

/** The devices that a person chose, by their ids. */
export type Chosen = Partial<Record<DeviceKind, string | undefined>>;

function constraintsFor(wanted: Wanted, env: DeviceEnvironment, chosen: Chosen, strength: 'exact' | 'ideal'): MediaStreamConstraints {
  const device = (kind: DeviceKind) => (chosen[kind] === undefined ? {} : { deviceId: { [strength]: chosen[kind] } });
  return {
    ...(wanted.camera ? { video: { ...CAMERA_CONSTRAINTS, ...device('camera') } } : {}),
    ...(wanted.microphone ? { audio: { ...microphoneConstraints(env.noiseSuppression?.() ?? true), ...device('microphone') } } : {}),
  };
}

/** The chosen devices or, when one of them is gone, whatever stands in for it. */
async function askFor(wanted: Wanted, env: DeviceEnvironment, chosen: Chosen): Promise<MediaStream> {
  try {
    return await env.getUserMedia(constraintsFor(wanted, env, chosen, 'exact'));
  } catch (error) {
    const choosing = (wanted.camera && chosen.camera !== undefined) || (wanted.microphone && chosen.microphone !== undefined);
    if (!choosing || deviceProblem(error) !== 'missing') throw error;
    return env.getUserMedia(constraintsFor(wanted, env, chosen, 'ideal'));
  }
}

/**
 * Gets what is wanted, or as much of it as there is: when both fail together, each is tried alone, unless that would ask a person a second time.
 */
export async function acquire(wanted: Wanted, env: DeviceEnvironment, chosen: Chosen = {}): Promise<Acquired> {
  const got: Acquired = { camera: undefined, microphone: undefined, problem: undefined };
  if (!wanted.camera && !wanted.microphone) return got;
  const take = (stream: MediaStream) => {
    got.camera ??= stream.getVideoTracks()[0];
    got.microphone ??= stream.getAudioTracks()[0];
  };
  try {
    take(await askFor(wanted, env, chosen));
    return got;
  } catch (error) {
    got.problem = deviceProblem(error);
  }
  if (!wanted.camera || !wanted.microphone || got.problem === 'insecure') return got;
  for (const kind of ['camera', 'microphone'] as const) {
    if (got.problem === 'refused' && (await env.permission(kind)) !== 'granted') continue;
    await askFor(only(kind), env, chosen).then(take, () => undefined);
  }
  return got;
}

/** One device, the chosen one or what stands in for it. Rejects with the browser's error. */
export async function askForOne(kind: DeviceKind, env: DeviceEnvironment, chosen: string | undefined): Promise<MediaStreamTrack> {
  return firstTrack(await askFor(only(kind), env, { [kind]: chosen }));
}

/** This device and no other. */
export async function askForExactly(kind: DeviceKind, env: DeviceEnvironment, id: string): Promise<MediaStreamTrack> {
  return firstTrack(await env.getUserMedia(constraintsFor(only(kind), env, { [kind]: id }, 'exact')));
}

export type Facing = 'user' | 'environment';

/** A phone's camera on that side. */
export async function askForFacing(env: DeviceEnvironment, facing: Facing): Promise<MediaStreamTrack> {
  return firstTrack(await env.getUserMedia({ video: { ...CAMERA_CONSTRAINTS, facingMode: { exact: facing } } }));
}

function firstTrack(stream: MediaStream): MediaStreamTrack {
  const track = stream.getVideoTracks()[0] ?? stream.getAudioTracks()[0];
  if (track === undefined) throw new DOMException('a stream without a track', 'NotFoundError');
  return track;
}

function only(kind: DeviceKind): Wanted {
  return { camera: kind === 'camera', microphone: kind === 'microphone' };
}

export type DeviceState = 'starting' | 'on' | 'off' | 'unavailable';

export interface MediaState {
  camera: DeviceState;
  microphone: DeviceState;
  /** The own picture. */
  cameraTrack: MediaStreamTrack | undefined;
  microphoneTrack: MediaStreamTrack | undefined;
  problem: DeviceProblem | undefined;
}

const NOTHING: MediaState = { camera: 'off', microphone: 'off', cameraTrack: undefined, microphoneTrack: undefined, problem: undefined };

/** The tracks that the call starts with. */
export type LocalTracks = Pick<Acquired, DeviceKind>;

/** Camera and microphone of the step before the call. Every track it got is stopped by it, or handed over by `take`. */
export class LocalMedia {
  readonly state = new Store<MediaState>(NOTHING);
  readonly #env: DeviceEnvironment;
  readonly #choices: DeviceChoices;
  #tracks: LocalTracks = { camera: undefined, microphone: undefined };
  #wanted: Wanted = { camera: false, microphone: false };
  #pending: Promise<void> = Promise.resolve();
  /** Counts starts and stops, so that tracks which arrive late are stopped at once. */
  #generation = 0;

  constructor(env: DeviceEnvironment, choices: DeviceChoices = new DeviceChoices(undefined)) {
    this.#env = env;
    this.#choices = choices;
  }

  /** What was on before the last call. */
  remembered(): Wanted {
    const { cameraOn, microphoneOn } = this.#choices.state.get();
    return { camera: cameraOn, microphone: microphoneOn };
  }

  /** Asks for the devices; the state says how it went. */
  start(wanted: Wanted = this.remembered()): void {
    this.stop();
    this.#wanted = wanted;
    this.state.set({
      ...NOTHING,
      camera: wanted.camera ? 'starting' : 'off',
      microphone: wanted.microphone ? 'starting' : 'off',
    });
    this.#pending = this.#acquire(wanted);
  }

  /** Remembers a device, and changes to it at once when its kind is on. */
  choose(kind: DeviceKind, id: string): void {
    this.#choices.remember({ [kind]: id });
    this.renew(kind);
  }

  /** Asks for a device anew when its kind is on, for what was chosen meanwhile. */
  renew(kind: DeviceKind): void {
    if (!this.#wanted[kind]) return;
    this.#tracks[kind]?.stop();
    this.#tracks = { ...this.#tracks, [kind]: undefined };
    this.#get(kind);
  }

  setCamera(on: boolean): void {
    this.#choices.remember({ cameraOn: on });
    this.#set('camera', on);
  }

  setMicrophone(on: boolean): void {
    this.#choices.remember({ microphoneOn: on });
    this.#set('microphone', on);
  }

  /** Hands over the tracks that are on; waits for those that are starting. */
  async take(): Promise<LocalTracks> {
    const generation = this.#generation;
    await this.#pending;
    if (generation !== this.#generation) return { camera: undefined, microphone: undefined };
    const taken = this.#tracks;
    this.#tracks = { camera: undefined, microphone: undefined };
    return taken;
  }

  /** Lets go of the devices; their lights go out. */
  stop(): void {
    this.#generation += 1;
    this.#pending = Promise.resolve();
    stopTracks(this.#tracks);
    this.#tracks = { camera: undefined, microphone: undefined };
    this.state.set(NOTHING);
  }

  #set(kind: DeviceKind, on: boolean): void {
    this.#wanted = { ...this.#wanted, [kind]: on };
    if (on) {
      const state = this.state.get();
      if (state[kind] === 'on' || state[kind] === 'starting') return;
      this.#get(kind);
      return;
    }
    this.#tracks[kind]?.stop();
    this.#tracks = { ...this.#tracks, [kind]: undefined };
    this.#show({ ...this.state.get(), [kind]: 'off' });
  }

  #get(kind: DeviceKind): void {
    const generation = this.#generation;
    this.#show({ ...this.state.get(), [kind]: 'starting', problem: undefined });
    this.#pending = this.#pending.then(() => (generation === this.#generation ? this.#acquire(only(kind)) : undefined));
  }

  async #acquire(wanted: Wanted): Promise<void> {
    const generation = this.#generation;
    const got = await acquire(wanted, this.#env, this.#choices.state.get());
    if (generation !== this.#generation) {
      stopTracks(got);
      return;
    }
    const state = { ...this.state.get(), problem: got.problem };
    for (const kind of ['camera', 'microphone'] as const) {
      if (!wanted[kind]) continue;
      const track = got[kind];
      if (track === undefined) {
        state[kind] = 'unavailable';
      } else if (this.#wanted[kind]) {
        // Two choices in a row: the first one's track gives way.
        this.#tracks[kind]?.stop();
        this.#tracks = { ...this.#tracks, [kind]: track };
        state[kind] = 'on';
      } else {
        // Switched off while it was starting.
        track.stop();
        state[kind] = 'off';
      }
    }
    this.#show(state);
  }

  #show(state: MediaState): void {
    this.state.set({ ...state, cameraTrack: this.#tracks.camera, microphoneTrack: this.#tracks.microphone });
  }
}

export function stopTracks(tracks: LocalTracks): void {
  tracks.camera?.stop();
  tracks.microphone?.stop();
}
