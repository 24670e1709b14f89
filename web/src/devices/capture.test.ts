import { beforeEach, describe, expect, it } from 'vitest';
import { fakeStream, fakeTrack, settle } from '../test/fakes';
import { Capture, type DeviceNotice, type Outlet } from './capture';
import { DeviceChoices } from './deviceChoice';
import { DeviceList } from './deviceList';
import type { DeviceKind } from './devices';

type Fake = ReturnType<typeof fakeTrack>;

interface Part {
  kind: 'videoinput' | 'audioinput' | 'audiooutput';
  id: string;
  facing?: 'user' | 'environment';
  /** What opening it ends with, instead of a track. */
  fails?: string;
  group?: string;
}

const CAMERA: Part = { kind: 'videoinput', id: 'camera' };
const WEBCAM: Part = { kind: 'videoinput', id: 'webcam' };
const BUILT_IN: Part = { kind: 'audioinput', id: 'built-in' };
const HEADSET: Part = { kind: 'audioinput', id: 'headset', group: 'h' };
const HEADPHONES: Part = { kind: 'audiooutput', id: 'headphones', group: 'h' };
const LOUD: Part = { kind: 'audiooutput', id: 'loud' };

/** A machine with these parts, a call's outlet, and the capture between them. */
class Bench {
  parts: Part[];
  readonly tracks: Fake[] = [];
  readonly notices: DeviceNotice[] = [];
  readonly carried: Partial<Record<DeviceKind, MediaStreamTrack>> = {};
  readonly silent: Record<DeviceKind, boolean> = { camera: false, microphone: false };
  readonly choices = new DeviceChoices(undefined);
  hidden = false;
  refused = false;
  /** Holds openings back until it resolves. */
  gate: Promise<void> = Promise.resolve();
  silencedByOthers: (kind: DeviceKind) => void = () => undefined;
  returned: () => void = () => undefined;
  readonly list: DeviceList;
  readonly capture: Capture;

  constructor(parts: Part[]) {
    this.parts = parts;
    this.list = new DeviceList({
      enumerate: () =>
        Promise.resolve(this.parts.map(({ kind, id, group }) => ({ kind, deviceId: this.refused ? '' : id, label: `The ${id}`, ...(group === undefined ? {} : { groupId: group }) }))),
      onChange: () => () => undefined,
      canChooseSpeaker: true,
    });
    const outlet: Outlet = {
      carry: (kind, track) => {
        this.carried[kind] = track;
        return Promise.resolve();
      },
      resume: (kind) => {
        this.silent[kind] = false;
        return Promise.resolve();
      },
      silence: (kind) => {
        this.silent[kind] = true;
        return Promise.resolve();
      },
      onSilenced: (listener) => (this.silencedByOthers = listener),
    };
    this.capture = new Capture(outlet, {
      devices: { getUserMedia: (constraints) => this.#open(constraints), permission: () => Promise.resolve(undefined) },
      choices: this.choices,
      list: this.list,
      hidden: () => this.hidden,
      onReturn: (listener) => {
        this.returned = listener;
        return () => undefined;
      },
    });
    this.capture.onNotice((notice) => this.notices.push(notice));
  }

  /** Joins with these on, and forgets what was told so far. */
  async join(...kinds: DeviceKind[]): Promise<void> {
    await this.list.refresh();
    for (const kind of kinds) await this.capture.set(kind, true);
    this.notices.length = 0;
  }

  async plug(...parts: Part[]): Promise<void> {
    this.parts.push(...parts);
    await this.list.refresh();
    await settle();
  }

  /** Takes it out, as a browser tells it: its track ends, and the list changes. */
  async unplug(part: Part, { ends = true } = {}): Promise<void> {
    this.parts = this.parts.filter(({ id }) => id !== part.id);
    if (ends) for (const track of this.live()) if (track.getSettings().deviceId === part.id) track.end();
    await this.list.refresh();
    await settle();
  }

  live(): Fake[] {
    return this.tracks.filter((track) => track.readyState === 'live');
  }

  /** The device that others hear or see. */
  heard(kind: DeviceKind): string | undefined {
    const track = this.carried[kind];
    return track === undefined || this.silent[kind] || !track.enabled || track.readyState === 'ended' ? undefined : track.getSettings().deviceId;
  }

  async #open({ video, audio }: MediaStreamConstraints): Promise<MediaStream> {
    await this.gate;
    if (this.refused) throw new DOMException('', 'NotAllowedError');
    const wanted = (video ?? audio) as MediaTrackConstraints;
    const exact = (wanted.deviceId as { exact?: string } | undefined)?.exact;
    const facing = (wanted.facingMode as { exact?: string } | undefined)?.exact;
    const part = this.parts.find(
      ({ kind, id, facing: looks }) => kind === (video === undefined ? 'audioinput' : 'videoinput') && (exact === undefined || id === exact) && (facing === undefined || looks === facing),
    );
    if (part === undefined) throw new DOMException('', exact === undefined ? 'NotFoundError' : 'OverconstrainedError');
    if (part.fails !== undefined) throw new DOMException('', part.fails);
    // A phone opens one camera at a time.
    if (part.facing !== undefined && this.live().some((track) => track.kind === 'video')) throw new DOMException('', 'NotReadableError');
    const track = fakeTrack(video === undefined ? 'audio' : 'video', `The ${part.id}`, { deviceId: part.id, ...(part.facing === undefined ? {} : { facingMode: part.facing }) });
    this.tracks.push(track);
    return fakeStream([track]);
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench([CAMERA, WEBCAM, BUILT_IN, HEADSET, LOUD, HEADPHONES]);
});

describe('switching on and off', () => {
  it('lets go of the camera, and keeps the microphone for the next word', async () => {
    await bench.join('camera', 'microphone');
    expect([bench.heard('camera'), bench.heard('microphone')]).toEqual(['camera', 'built-in']);
    await bench.capture.set('camera', false);
    await bench.capture.set('microphone', false);
    expect([bench.heard('camera'), bench.heard('microphone')]).toEqual([undefined, undefined]);
    expect(bench.live().map((track) => track.kind)).toEqual(['audio']);
    await bench.capture.set('microphone', true);
    expect(bench.heard('microphone')).toBe('built-in');
    expect(bench.tracks).toHaveLength(2);
  });

  it('takes over the tracks that the call starts with', async () => {
    const track = fakeTrack('audio', 'The headset', { deviceId: 'headset' });
    await bench.capture.publish({ camera: undefined, microphone: track });
    expect(bench.carried.microphone).toBe(track);
    expect(bench.capture.state.get().microphone).toMatchObject({ id: 'headset', label: 'The headset' });
  });

  it('silences the microphone at once, whatever else is under way', async () => {
    await bench.join('microphone');
    void bench.capture.set('microphone', false);
    expect(bench.heard('microphone')).toBeUndefined();
  });

  it('never opens a microphone that was let go while it was starting', async () => {
    let open: () => void = () => undefined;
    bench.gate = new Promise((resolve) => (open = resolve));
    void bench.capture.set('microphone', true);
    await settle();
    void bench.capture.set('microphone', false);
    open();
    await settle();
    expect(bench.live()).toEqual([]);
    expect(bench.carried.microphone).toBeUndefined();
  });

  it('says what is wrong with a camera that is in use elsewhere', async () => {
    bench.parts = [{ ...CAMERA, fails: 'NotReadableError' }];
    await expect(bench.capture.set('camera', true)).rejects.toThrow(DOMException);
    expect(bench.capture.state.get().camera).toBeUndefined();
  });

  it('leaves nothing running at the end', async () => {
    await bench.join('camera', 'microphone');
    bench.capture.close();
    expect(bench.live()).toEqual([]);
  });
});

describe('choosing another device', () => {
  it('changes at once, and stops the one before', async () => {
    await bench.join('camera');
    bench.capture.choose('camera', 'webcam');
    await settle();
    expect(bench.heard('camera')).toBe('webcam');
    expect(bench.live()).toHaveLength(1);
    expect(bench.choices.state.get().camera).toBe('webcam');
  });

  it('stays silent while the microphone is off', async () => {
    await bench.join('microphone');
    await bench.capture.set('microphone', false);
    bench.capture.choose('microphone', 'headset');
    await settle();
    expect(bench.heard('microphone')).toBeUndefined();
    expect(bench.capture.state.get().microphone?.id).toBe('headset');
    await bench.capture.set('microphone', true);
    expect(bench.heard('microphone')).toBe('headset');
  });

  it('only remembers it for a camera that is off', async () => {
    await bench.join();
    bench.capture.choose('camera', 'webcam');
    await settle();
    expect(bench.tracks).toEqual([]);
    await bench.capture.set('camera', true);
    expect(bench.heard('camera')).toBe('webcam');
  });

  it.each(['camera', 'microphone'] as const)('goes on with the %s before when the other is busy, and says so', async (kind) => {
    bench.parts = bench.parts.map((part) => (part.id === 'webcam' || part.id === 'headset' ? { ...part, fails: 'NotReadableError' } : part));
    await bench.join(kind);
    bench.capture.choose(kind, kind === 'camera' ? 'webcam' : 'headset');
    await settle();
    expect(bench.heard(kind)).toBe(kind === 'camera' ? 'camera' : 'built-in');
    expect(bench.live()).toHaveLength(1);
    expect(bench.choices.state.get()[kind]).toBeUndefined();
    expect(bench.notices).toEqual([{ kind: 'notTaken', device: kind, problem: 'busy' }]);
  });

  it('looks to the other side of a phone and back, one camera at a time, and keeps looking there after off and on', async () => {
    bench.parts = [
      { kind: 'videoinput', id: 'front', facing: 'user' },
      { kind: 'videoinput', id: 'back', facing: 'environment' },
    ];
    await bench.join('camera');
    bench.capture.turnAround();
    await settle();
    expect(bench.heard('camera')).toBe('back');
    expect(bench.capture.state.get().camera?.facing).toBe('environment');
    await bench.capture.set('camera', false);
    await bench.capture.set('camera', true);
    expect(bench.heard('camera')).toBe('back');
    bench.capture.turnAround();
    await settle();
    expect(bench.heard('camera')).toBe('front');
  });
});

describe('a device that is unplugged', () => {
  it('gives way to another with words, and takes its place again when it is back', async () => {
    bench.choices.remember({ microphone: 'headset' });
    await bench.join('microphone');
    await bench.unplug(HEADSET);
    expect(bench.heard('microphone')).toBe('built-in');
    expect(bench.notices).toEqual([{ kind: 'gone', device: 'microphone', label: 'The headset', now: 'The built-in' }]);
    await bench.plug(HEADSET);
    expect(bench.heard('microphone')).toBe('headset');
    expect(bench.notices[1]).toEqual({ kind: 'back', device: 'microphone', label: 'The headset' });
    expect(bench.live()).toHaveLength(1);
  });

  it('counts as gone where the browser does not end its track', async () => {
    await bench.join('camera');
    await bench.unplug(CAMERA, { ends: false });
    expect(bench.heard('camera')).toBe('webcam');
    expect(bench.live()).toHaveLength(1);
    expect(bench.notices).toHaveLength(1);
  });

  it('takes the next one where the first that stands in for it is busy', async () => {
    bench.parts = [CAMERA, { ...WEBCAM, fails: 'NotReadableError' }, { kind: 'videoinput', id: 'third' }];
    await bench.join('camera');
    await bench.unplug(CAMERA);
    expect(bench.heard('camera')).toBe('third');
  });

  it('leaves the camera off where there is no other, and leaves it off when it is back', async () => {
    bench.parts = [CAMERA];
    await bench.join('camera');
    await bench.unplug(CAMERA);
    expect(bench.notices).toEqual([{ kind: 'gone', device: 'camera', label: 'The camera', now: undefined }]);
    expect(bench.silent.camera).toBe(true);
    await bench.plug(CAMERA);
    expect(bench.live()).toEqual([]);
  });

  it('is not replaced while the microphone is off', async () => {
    await bench.join('microphone');
    await bench.capture.set('microphone', false);
    await bench.unplug(BUILT_IN);
    expect(bench.live()).toEqual([]);
    expect(bench.notices).toEqual([]);
    await bench.capture.set('microphone', true);
    expect(bench.heard('microphone')).toBe('headset');
  });

  it('is a speaker too, and the thing that came back is told of once', async () => {
    bench.choices.remember({ speaker: 'headphones' });
    await bench.join();
    await bench.unplug(HEADPHONES);
    await bench.plug(HEADPHONES);
    expect(bench.notices).toEqual([
      { kind: 'gone', device: 'speaker', label: 'The headphones', now: 'The loud' },
      { kind: 'back', device: 'speaker', label: 'The headphones' },
    ]);
  });

  it('is silent about a track that only ended and starts again', async () => {
    await bench.join('camera');
    bench.tracks[0]?.end();
    await settle();
    expect(bench.heard('camera')).toBe('camera');
    expect(bench.notices).toEqual([]);
  });
});

describe('a new device', () => {
  it('is offered once, with all of its parts', async () => {
    bench.parts = [BUILT_IN, LOUD];
    await bench.join('microphone');
    await bench.plug(HEADSET, HEADPHONES);
    expect(bench.notices).toEqual([{ kind: 'plugged', thing: { label: 'The headset', devices: { microphone: 'headset', speaker: 'headphones' } } }]);
    expect(bench.heard('microphone')).toBe('built-in');
  });

  it('is not what a permission just gave a name', async () => {
    bench.parts = [];
    await bench.join();
    await bench.plug(CAMERA, BUILT_IN);
    expect(bench.notices).toEqual([]);
  });
});

describe('what others do', () => {
  it('a permission that is taken back is told, and leaves the device off', async () => {
    await bench.join('microphone');
    bench.refused = true;
    bench.tracks[0]?.end();
    await settle();
    expect(bench.notices).toEqual([{ kind: 'withdrawn', device: 'microphone' }]);
    expect(bench.silent.microphone).toBe(true);
  });

  it('a host who mutes is told of, one’s own click is not', async () => {
    await bench.join('microphone');
    bench.silencedByOthers('microphone');
    expect(bench.notices).toEqual([{ kind: 'silencedByHost', device: 'microphone' }]);
    expect(bench.heard('microphone')).toBeUndefined();
    await bench.capture.set('microphone', true);
    await bench.capture.set('microphone', false);
    bench.silencedByOthers('microphone');
    expect(bench.notices).toHaveLength(1);
  });

  it('a phone that took the camera while the page was hidden gives it back when it is looked at', async () => {
    await bench.join('camera');
    bench.hidden = true;
    const { parts } = bench;
    bench.parts = [];
    bench.tracks[0]?.end();
    await settle();
    expect(bench.silent.camera).toBe(true);
    bench.parts = parts;
    bench.hidden = false;
    bench.returned();
    await settle();
    expect(bench.heard('camera')).toBe('camera');
    expect(bench.notices).toEqual([]);
  });
});
