import { describe, expect, it, vi } from 'vitest';
import { fakeStream, fakeTrack, settle } from '../test/fakes';
import { acquire, browserDevices, deviceProblem, LocalMedia, type DeviceEnvironment, type DeviceKind } from './devices';

const named = (name: string) => new DOMException('', name);

interface Machine {
  camera?: DOMException | 'there';
  microphone?: DOMException | 'there';
  permission?: Partial<Record<DeviceKind, PermissionState>>;
}

/** A machine whose devices are there or fail, as browsers do it: one failing device fails the whole request. */
function machine({ camera = 'there', microphone = 'there', permission = {} }: Machine = {}) {
  const tracks: ReturnType<typeof fakeTrack>[] = [];
  const asked: string[] = [];
  const environment: DeviceEnvironment = {
    getUserMedia: vi.fn((constraints: MediaStreamConstraints) => {
      const wanted = [constraints.video === undefined ? undefined : 'camera', constraints.audio === undefined ? undefined : 'microphone'].filter((kind) => kind !== undefined);
      asked.push(wanted.join('+'));
      for (const kind of wanted) {
        const device = kind === 'camera' ? camera : microphone;
        if (device !== 'there') return Promise.reject(device);
      }
      const got = wanted.map((kind) => fakeTrack(kind === 'camera' ? 'video' : 'audio'));
      tracks.push(...got);
      return Promise.resolve(fakeStream(got));
    }),
    permission: (kind) => Promise.resolve(permission[kind]),
  };
  return { environment, tracks, asked };
}

const BOTH = { camera: true, microphone: true };

describe('what a device error means', () => {
  it.each([
    ['NotAllowedError', 'refused'],
    ['SecurityError', 'refused'],
    ['NotFoundError', 'missing'],
    ['OverconstrainedError', 'missing'],
    ['NotReadableError', 'busy'],
    ['AbortError', 'busy'],
    ['InvalidStateError', 'failed'],
  ])('%s is %s', (name, problem) => {
    expect(deviceProblem(named(name))).toBe(problem);
  });

  it('a page without devices is not secure', async () => {
    vi.stubGlobal('navigator', {});
    await expect(browserDevices.getUserMedia({}).catch(deviceProblem)).resolves.toBe('insecure');
  });

  it('anything else failed', () => {
    expect(deviceProblem('x')).toBe('failed');
    expect(deviceProblem(undefined)).toBe('failed');
  });
});

describe('getting devices', () => {
  it('asks for both at once', async () => {
    const { environment, asked } = machine();
    const got = await acquire(BOTH, environment);
    expect(got.camera?.kind).toBe('video');
    expect(got.microphone?.kind).toBe('audio');
    expect(got.problem).toBeUndefined();
    expect(asked).toEqual(['camera+microphone']);
  });

  it('takes the microphone where there is no camera', async () => {
    const { environment } = machine({ camera: named('NotFoundError') });
    const got = await acquire(BOTH, environment);
    expect(got.camera).toBeUndefined();
    expect(got.microphone?.kind).toBe('audio');
    expect(got.problem).toBe('missing');
  });

  it('takes the microphone where another program holds the camera', async () => {
    const { environment } = machine({ camera: named('NotReadableError') });
    expect(await acquire(BOTH, environment)).toMatchObject({ camera: undefined, problem: 'busy' });
  });

  it('does not ask a person again who has just said no', async () => {
    const { environment, asked } = machine({ camera: named('NotAllowedError'), microphone: named('NotAllowedError'), permission: { camera: 'prompt', microphone: 'denied' } });
    expect(await acquire(BOTH, environment)).toEqual({ camera: undefined, microphone: undefined, problem: 'refused' });
    expect(asked).toEqual(['camera+microphone']);
  });

  it('takes what is allowed when only the other is refused', async () => {
    const { environment } = machine({ camera: named('NotAllowedError'), permission: { camera: 'denied', microphone: 'granted' } });
    const got = await acquire(BOTH, environment);
    expect(got.microphone?.kind).toBe('audio');
    expect(got.problem).toBe('refused');
  });
});

describe('devices before the call', () => {
  it('says what is on, and shows the own picture', async () => {
    const { environment, tracks } = machine();
    const media = new LocalMedia(environment);
    media.start();
    expect(media.state.get()).toMatchObject({ camera: 'starting', microphone: 'starting' });
    await settle();
    expect(media.state.get()).toMatchObject({ camera: 'on', microphone: 'on', cameraTrack: tracks[0] });
  });

  it('puts the light out when the camera is switched off, and gets it again', async () => {
    const { environment, tracks } = machine();
    const media = new LocalMedia(environment);
    media.start();
    await settle();
    media.setCamera(false);
    expect(tracks[0]?.readyState).toBe('ended');
    expect(media.state.get()).toMatchObject({ camera: 'off', microphone: 'on', cameraTrack: undefined });
    media.setCamera(true);
    await settle();
    expect(media.state.get()).toMatchObject({ camera: 'on', cameraTrack: tracks[2] });
  });

  it('stops a camera that was switched off while it started', async () => {
    const { environment, tracks } = machine();
    const media = new LocalMedia(environment);
    media.start();
    media.setCamera(false);
    await settle();
    expect(media.state.get()).toMatchObject({ camera: 'off', microphone: 'on' });
    expect(tracks.map((track) => track.readyState)).toEqual(['ended', 'live']);
  });

  it('stops tracks that arrive after the page was left', async () => {
    const { environment, tracks } = machine();
    const media = new LocalMedia(environment);
    media.start();
    media.stop();
    await settle();
    expect(tracks.map((track) => track.readyState)).toEqual(['ended', 'ended']);
    expect(media.state.get()).toMatchObject({ camera: 'off', microphone: 'off' });
  });

  it('hands its tracks over, also those that are still starting, and keeps its hands off them', async () => {
    const { environment, tracks } = machine();
    const media = new LocalMedia(environment);
    media.start();
    const taken = await media.take();
    expect(taken).toEqual({ camera: tracks[0], microphone: tracks[1] });
    media.stop();
    expect(tracks.map((track) => track.readyState)).toEqual(['live', 'live']);
  });

  it('says when there is nothing, and why', async () => {
    const { environment } = machine({ camera: named('NotFoundError'), microphone: named('NotFoundError') });
    const media = new LocalMedia(environment);
    media.start();
    await settle();
    expect(media.state.get()).toEqual({ camera: 'unavailable', microphone: 'unavailable', cameraTrack: undefined, problem: 'missing' });
  });
});
