// Camera and microphone before the call: asking for them, what can go wrong, and the tracks until the call takes them over.
import { Store } from '../ui/store';

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

export const MICROPHONE_CONSTRAINTS = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
} as const satisfies MediaTrackConstraints;

export type DeviceKind = 'camera' | 'microphone';
export type Wanted = Readonly<Record<DeviceKind, boolean>>;

/** What the module takes from the browser. */
export interface DeviceEnvironment {
  getUserMedia: (constraints: MediaStreamConstraints) => Promise<MediaStream>;
  /** Whether asking for this device again would open another question; undefined when the browser does not say. */
  permission: (kind: DeviceKind) => Promise<PermissionState | undefined>;
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
};

export interface Acquired {
  camera: MediaStreamTrack | undefined;
  microphone: MediaStreamTrack | undefined;
  /** The worst of what went wrong, when something did. */
  problem: DeviceProblem | undefined;
}

function constraintsFor(wanted: Wanted): MediaStreamConstraints {
  return {
    ...(wanted.camera ? { video: CAMERA_CONSTRAINTS } : {}),
    ...(wanted.microphone ? { audio: MICROPHONE_CONSTRAINTS } : {}),
  };
}

/**
 * Gets what is wanted, or as much of it as there is: when both fail together, each is tried alone, unless that would ask a person a second time.
 */
export async function acquire(wanted: Wanted, env: DeviceEnvironment): Promise<Acquired> {
  const got: Acquired = { camera: undefined, microphone: undefined, problem: undefined };
  if (!wanted.camera && !wanted.microphone) return got;
  const take = (stream: MediaStream) => {
    got.camera ??= stream.getVideoTracks()[0];
    got.microphone ??= stream.getAudioTracks()[0];
  };
  try {
    take(await env.getUserMedia(constraintsFor(wanted)));
    return got;
  } catch (error) {
    got.problem = deviceProblem(error);
  }
  if (!wanted.camera || !wanted.microphone || got.problem === 'insecure') return got;
  for (const kind of ['camera', 'microphone'] as const) {
    if (got.problem === 'refused' && (await env.permission(kind)) !== 'granted') continue;
    await env
      .getUserMedia(constraintsFor({ camera: kind === 'camera', microphone: kind === 'microphone' }))
      .then(take, () => undefined);
  }
  return got;
}

export type DeviceState = 'starting' | 'on' | 'off' | 'unavailable';

export interface MediaState {
  camera: DeviceState;
  microphone: DeviceState;
  /** The own picture. */
  cameraTrack: MediaStreamTrack | undefined;
  problem: DeviceProblem | undefined;
}

const NOTHING: MediaState = { camera: 'off', microphone: 'off', cameraTrack: undefined, problem: undefined };

/** The tracks that the call starts with. */
export type LocalTracks = Pick<Acquired, DeviceKind>;

/** Camera and microphone of the step before the call. Every track it got is stopped by it, or handed over by `take`. */
export class LocalMedia {
  readonly state = new Store<MediaState>(NOTHING);
  readonly #env: DeviceEnvironment;
  #tracks: LocalTracks = { camera: undefined, microphone: undefined };
  #wanted: Wanted = { camera: false, microphone: false };
  #pending: Promise<void> = Promise.resolve();
  /** Counts starts and stops, so that tracks which arrive late are stopped at once. */
  #generation = 0;

  constructor(env: DeviceEnvironment) {
    this.#env = env;
  }

  /** Asks for the devices; the state says how it went. */
  start(wanted: Wanted = { camera: true, microphone: true }): void {
    this.stop();
    this.#wanted = wanted;
    this.state.set({
      ...NOTHING,
      camera: wanted.camera ? 'starting' : 'off',
      microphone: wanted.microphone ? 'starting' : 'off',
    });
    this.#pending = this.#acquire(wanted);
  }

  setCamera(on: boolean): void {
    this.#set('camera', on);
  }

  setMicrophone(on: boolean): void {
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
      this.state.set({ ...state, [kind]: 'starting', problem: undefined });
      this.#pending = this.#pending.then(() => this.#acquire({ camera: kind === 'camera', microphone: kind === 'microphone' }));
      return;
    }
    this.#tracks[kind]?.stop();
    this.#tracks = { ...this.#tracks, [kind]: undefined };
    this.#show({ ...this.state.get(), [kind]: 'off' });
  }

  async #acquire(wanted: Wanted): Promise<void> {
    const generation = this.#generation;
    const got = await acquire(wanted, this.#env);
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
    this.state.set({ ...state, cameraTrack: this.#tracks.camera });
  }
}

export function stopTracks(tracks: LocalTracks): void {
  tracks.camera?.stop();
  tracks.microphone?.stop();
}
