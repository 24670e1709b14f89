import { describe, expect, it, vi } from 'vitest';
import { fakeStream, fakeTrack, settle } from '../test/fakes';
import type { KeptStorage } from '../ui/storage';
import { DeviceChoices, NO_CHOICE } from './deviceChoice';
import { DeviceList, standing } from './deviceList';
import { LocalMedia, type DeviceEnvironment } from './devices';
import { followLevel, levelOf, smoothed } from './microphoneLevel';

function memory(content?: string): KeptStorage {
  let kept = content ?? null;
  return { getItem: () => kept, setItem: (_, value) => (kept = value) };
}

describe('what a person chose', () => {
  it('is there at the next visit', () => {
    const storage = memory();
    new DeviceChoices(storage).remember({ camera: 'c2', microphoneOn: false });
    expect(new DeviceChoices(storage).state.get()).toEqual({ ...NO_CHOICE, camera: 'c2', microphoneOn: false });
  });

  it.each(['{', 'null', '[]', '{"camera":7,"speaker":""}'])('is nothing where the storage holds %s', (content) => {
    expect(new DeviceChoices(memory(content)).state.get()).toEqual(NO_CHOICE);
  });

  it('holds until the page is left where the storage is full', () => {
    const choices = new DeviceChoices({
      getItem: () => null,
      setItem: () => {
        throw new DOMException('', 'QuotaExceededError');
      },
    });
    choices.remember({ speaker: 's1' });
    expect(choices.state.get().speaker).toBe('s1');
  });
});

/** A machine with these devices, each of which says its id. */
function machine(present: string[]) {
  const asked: MediaStreamConstraints[] = [];
  const tracks: ReturnType<typeof fakeTrack>[] = [];
  const environment: DeviceEnvironment = {
    getUserMedia(constraints) {
      asked.push(constraints);
      for (const part of [constraints.video, constraints.audio]) {
        const id = typeof part === 'object' && typeof part.deviceId === 'object' && 'exact' in part.deviceId ? part.deviceId.exact : undefined;
        if (typeof id === 'string' && !present.includes(id)) return Promise.reject(new DOMException('', 'OverconstrainedError'));
      }
      const got = [...(constraints.video === undefined ? [] : [fakeTrack('video')]), ...(constraints.audio === undefined ? [] : [fakeTrack('audio')])];
      tracks.push(...got);
      return Promise.resolve(fakeStream(got));
    },
    permission: () => Promise.resolve(undefined),
  };
  return { environment, asked, tracks };
}

describe('devices by choice', () => {
  it('asks for the remembered ones', async () => {
    const choices = new DeviceChoices(memory('{"camera":"c2","microphone":"m2"}'));
    const { environment, asked } = machine(['c2', 'm2']);
    new LocalMedia(environment, choices).start();
    await settle();
    expect(asked).toEqual([
      { video: expect.objectContaining({ deviceId: { exact: 'c2' } }) as unknown, audio: expect.objectContaining({ deviceId: { exact: 'm2' }, echoCancellation: true, noiseSuppression: true }) as unknown },
    ]);
  });

  it('takes the default silently for one that is gone, and keeps the choice and the other device', async () => {
    const choices = new DeviceChoices(memory('{"camera":"gone","microphone":"m2"}'));
    const { environment, asked } = machine(['m2']);
    const media = new LocalMedia(environment, choices);
    media.start();
    await settle();
    expect(asked[1]).toMatchObject({ video: { deviceId: { ideal: 'gone' } }, audio: { deviceId: { ideal: 'm2' } } });
    expect(media.state.get()).toMatchObject({ camera: 'on', microphone: 'on', problem: undefined });
    expect(choices.state.get().camera).toBe('gone');
  });

  it('starts with what was on the last time', async () => {
    const storage = memory();
    const before = new LocalMedia(machine([]).environment, new DeviceChoices(storage));
    before.start();
    await settle();
    before.setCamera(false);
    const { environment } = machine([]);
    const media = new LocalMedia(environment, new DeviceChoices(storage));
    media.start();
    await settle();
    expect(media.state.get()).toMatchObject({ camera: 'off', microphone: 'on' });
  });

  it('changes at once to what is chosen, and leaves one device running after two quick choices', async () => {
    const { environment, tracks } = machine(['c1', 'c2']);
    const media = new LocalMedia(environment);
    media.start();
    await settle();
    media.choose('camera', 'c1');
    media.choose('camera', 'c2');
    expect(media.state.get()).toMatchObject({ camera: 'starting', cameraTrack: undefined });
    await settle();
    const live = tracks.filter((track) => track.kind === 'video' && track.readyState === 'live');
    expect(live).toEqual([media.state.get().cameraTrack]);
  });

  it('only remembers what is chosen for a device that is off', async () => {
    const { environment, asked } = machine(['c2']);
    const media = new LocalMedia(environment);
    media.start({ camera: false, microphone: true });
    await settle();
    media.choose('camera', 'c2');
    await settle();
    expect(asked).toHaveLength(1);
    expect(media.state.get().camera).toBe('off');
  });
});

describe('the list of devices', () => {
  const info = (kind: MediaDeviceKind, deviceId: string) => ({ kind, deviceId, label: `Name ${deviceId}` });

  it('follows what is plugged in and out', async () => {
    let plugged = [info('videoinput', 'c1')];
    let change: () => void = () => undefined;
    const stopped = vi.fn();
    const list = new DeviceList({
      enumerate: () => Promise.resolve(plugged),
      onChange: (listener) => {
        change = listener;
        return stopped;
      },
      canChooseSpeaker: true,
    });
    const stop = list.watch();
    await settle();
    plugged = [info('videoinput', 'c1'), info('audiooutput', 's1')];
    change();
    await settle();
    expect(list.state.get()).toEqual({ camera: [{ id: 'c1', label: 'Name c1' }], microphone: [], speaker: [{ id: 's1', label: 'Name s1' }] });
    stop();
    expect(stopped).toHaveBeenCalledOnce();
  });

  it('has no speaker where none can be chosen, and nothing without permission', async () => {
    const list = new DeviceList({
      enumerate: () => Promise.resolve([info('audiooutput', 's1'), info('videoinput', '')]),
      onChange: () => () => undefined,
      canChooseSpeaker: false,
    });
    await list.refresh();
    expect(list.state.get()).toEqual({ camera: [], microphone: [], speaker: [] });
  });

  it('shows the choice while it is there, or what runs, or the first', () => {
    const devices = ['a', 'b', 'c'].map((id) => ({ id, label: '' }));
    expect(standing(devices, 'c', 'b')).toBe('c');
    expect(standing(devices, 'gone', 'b')).toBe('b');
    expect(standing(devices, undefined)).toBe('a');
    expect(standing([], 'c')).toBeUndefined();
  });
});

describe('the level of the microphone', () => {
  it('is 0 in silence, 1 at full blast, and grows in between', () => {
    const level = (amplitude: number) => levelOf(new Float32Array(512).fill(amplitude));
    expect(level(0)).toBe(0);
    expect(level(1)).toBe(1);
    expect(level(0.02)).toBeGreaterThan(level(0.005));
  });

  it('rises at once, falls slowly and ends at 0', () => {
    expect(smoothed(0.1, 0.9)).toBe(0.9);
    expect(smoothed(0.9, 0)).toBeCloseTo(0.765);
    expect(smoothed(0.004, 0)).toBe(0);
  });

  it('looks until it is told to end, and closes its source', () => {
    const turns: (() => void)[] = [];
    const source = { read: () => new Float32Array([1, -1]), close: vi.fn() };
    const show = vi.fn();
    const cancel = vi.fn();
    const stop = followLevel(source, show, (turn) => {
      turns.push(turn);
      return cancel;
    });
    turns[0]?.();
    expect(show).toHaveBeenCalledTimes(2);
    stop();
    expect(cancel).toHaveBeenCalledOnce();
    expect(source.close).toHaveBeenCalledOnce();
  });
});
