import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, failureFrom } from '../api/errors';
import type { JoinGrant, Room } from '../api/rooms';
import { FakePort, fakeStream, fakeTrack, GRANT, portsWith, ROOM, settle } from '../test/fakes';
import { LocalMedia } from '../devices/devices';
import type { EventListener } from '../waiting/eventStream';
import { Knock } from '../waiting/knock';
import { ConnectError } from './end';
import type { CallEvents } from './model';
import { createSession } from './session';
import { Visit, type VisitEnvironment } from './visit';

const refused = (status: number) => new ApiError(failureFrom(status, undefined, null));

describe('a visit to a room', () => {
  let ports: FakePort[];
  let prepare: (port: FakePort) => void;
  let tracks: ReturnType<typeof fakeTrack>[];
  let inCall: boolean[];
  let back: () => void;
  let env: VisitEnvironment<string>;
  let visit: Visit<string>;
  let now: number;
  let waits: boolean;
  let door: EventListener;
  let leave: ReturnType<typeof vi.fn<() => Promise<void>>>;

  beforeEach(() => {
    ports = [];
    prepare = () => undefined;
    tracks = [];
    inCall = [];
    now = 0;
    waits = false;
    leave = vi.fn(() => Promise.resolve());
    env = {
      findRoom: vi.fn(() => Promise.resolve(ROOM)),
      known: true,
      asks: (room) => room.waitingRoom,
      knock: (hostPresent) => new Knock(hostPresent, { ask: () => env.requestGrant(), listen: (listener) => (door = listener), leave, sleep: (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))) }),
      waits: { get: () => waits, set: (value) => (waits = value) },
      requestGrant: vi.fn(() => Promise.resolve<JoinGrant>(GRANT)),
      loadCall: vi.fn(() =>
        Promise.resolve({
          View: 'view',
          startSession: (_ownName: string, _room: Room, events: CallEvents) => {
            const port = new FakePort();
            prepare(port);
            ports.push(port);
            return createSession(portsWith(port), events);
          },
        }),
      ),
      media: new LocalMedia({
        getUserMedia: (constraints) => {
          const got = [
            ...(constraints.video === undefined ? [] : [fakeTrack('video')]),
            ...(constraints.audio === undefined ? [] : [fakeTrack('audio')]),
          ];
          tracks.push(...got);
          return Promise.resolve(fakeStream(got));
        },
        permission: () => Promise.resolve(undefined),
      }),
      ownName: () => 'Me',
      now: () => now,
      notify: () => undefined,
      inCall: (value) => inCall.push(value),
      serverBack: (signal) =>
        new Promise((resolve, reject) => {
          back = resolve;
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    };
    visit = new Visit('room1', env);
  });

  async function toPrejoin() {
    visit.start();
    await settle();
    expect(visit.state.get()).toEqual({ stage: 'prejoin', room: ROOM });
  }

  async function toCall() {
    await toPrejoin();
    visit.join('withDevices');
    await settle();
    expect(visit.state.get().stage).toBe('call');
  }

  const port = () => {
    const last = ports.at(-1);
    if (last === undefined) throw new Error('no call was made');
    return last;
  };

  it('fetches code, token and devices before the click, so that the click asks for nothing more', async () => {
    await toPrejoin();
    expect(env.loadCall).toHaveBeenCalledTimes(1);
    expect(env.requestGrant).toHaveBeenCalledTimes(1);
    expect(env.media.state.get().camera).toBe('on');
    visit.join('withDevices');
    await settle();
    expect(env.requestGrant).toHaveBeenCalledTimes(1);
    expect(port().grants).toEqual([GRANT]);
    expect(port().published).toEqual({ camera: tracks[0], microphone: tracks[1] });
    expect(inCall.at(-1)).toBe(true);
  });

  it('joins once, however often one clicks, and shows that it is under way while something is slow', async () => {
    let granted: (grant: JoinGrant) => void = () => undefined;
    vi.mocked(env.requestGrant).mockReturnValue(new Promise((resolve) => (granted = resolve)));
    await toPrejoin();
    visit.join('withDevices');
    visit.join('withDevices');
    await settle();
    expect(visit.state.get().stage).toBe('joining');
    granted(GRANT);
    await settle();
    expect(visit.state.get().stage).toBe('call');
    expect(ports).toHaveLength(1);
  });

  it('leaves a call that begins while the page is left', async () => {
    await toPrejoin();
    visit.join('withDevices');
    await new Promise((resolve) => setTimeout(resolve));
    visit.stop();
    await settle();
    expect(ports.every((made) => made.disconnected)).toBe(true);
    expect(tracks.map((track) => track.readyState)).toEqual(['ended', 'ended']);
    expect(visit.state.get()).toEqual({ stage: 'loading' });
  });

  it('fetches another token when the first has waited long', async () => {
    await toPrejoin();
    now = 5 * 60_000;
    visit.join('withDevices');
    await settle();
    expect(env.requestGrant).toHaveBeenCalledTimes(2);
    expect(visit.state.get().stage).toBe('call');
  });

  it('joins without devices, and lets go of those it had', async () => {
    await toPrejoin();
    visit.join('withoutDevices');
    await settle();
    expect(port().published).toEqual({ camera: undefined, microphone: undefined });
    expect(tracks.map((track) => track.readyState)).toEqual(['ended', 'ended']);
  });

  it.each([
    [404, 'notFound'],
    [403, 'forbidden'],
    [500, 'failed'],
  ])('says what a %i for the room means', async (status, reason) => {
    vi.mocked(env.findRoom).mockRejectedValue(refused(status));
    visit.start();
    await settle();
    expect(visit.state.get()).toEqual({ stage: 'ended', room: undefined, reason, pauseSeconds: 0 });
    expect(tracks.every((track) => track.readyState === 'ended')).toBe(true);
  });

  it('says that one may not enter, and stops the devices', async () => {
    vi.mocked(env.requestGrant).mockRejectedValue(refused(403));
    await toPrejoin();
    visit.join('withDevices');
    await settle();
    expect(visit.state.get()).toMatchObject({ stage: 'ended', reason: 'forbidden' });
    expect(tracks.map((track) => track.readyState)).toEqual(['ended', 'ended']);
    expect(inCall.at(-1)).toBe(false);
  });

  it('tries once more with a fresh token when the first is refused', async () => {
    prepare = (made) => {
      if (ports.length === 0) made.connectResult = Promise.reject(new ConnectError('failed', true));
    };
    await toCall();
    await settle();
    expect(ports).toHaveLength(2);
    expect(env.requestGrant).toHaveBeenCalledTimes(2);
    expect(visit.state.get().stage).toBe('call');
    expect(port().published?.camera?.readyState).toBe('live');
  });

  it('does not try forever when tokens are refused', async () => {
    prepare = (made) => (made.connectResult = Promise.reject(new ConnectError('failed', true)));
    await toPrejoin();
    visit.join('withDevices');
    await settle();
    await settle();
    expect(ports).toHaveLength(2);
    expect(visit.state.get()).toMatchObject({ stage: 'ended', reason: 'failed' });
  });

  it.each([
    ['room_locked', 'locked'],
    ['room_full', 'full'],
    ['banned', 'banned'],
  ])('says why the room is closed to one: %s', async (code, reason) => {
    vi.mocked(env.requestGrant).mockRejectedValue(new ApiError(failureFrom(403, { detail: 'no', code }, null)));
    await toPrejoin();
    visit.join('withDevices');
    await settle();
    expect(visit.state.get()).toMatchObject({ stage: 'ended', reason });
  });

  it('tells an ended call from a deleted room', async () => {
    await toCall();
    port().end('ended');
    await settle();
    expect(visit.state.get()).toMatchObject({ stage: 'ended', reason: 'ended' });
    visit.again();
    await settle();
    expect(visit.state.get().stage).toBe('call');
    port().end('deleted');
    expect(visit.state.get()).toMatchObject({ stage: 'ended', reason: 'deleted' });
  });

  it.each([
    ['whose login ended with it reads that', 401, 'signedOut'],
    ['who may not see the room any more reads only that', 403, 'removed'],
    ['who may come back does not hear of failures', 503, 'removed'],
  ])('somebody put out %s', async (_, status, reason) => {
    await toCall();
    env.findRoom = () => Promise.reject(refused(status));
    port().end('removed');
    expect(visit.state.get()).toMatchObject({ stage: 'ended', reason: 'removed' });
    await settle();
    expect(visit.state.get()).toMatchObject({ stage: 'ended', reason });
  });

  it('leaves by the button', async () => {
    await toCall();
    const state = visit.state.get();
    if (state.stage === 'call') state.session.call.leave();
    expect(visit.state.get()).toMatchObject({ stage: 'ended', reason: 'left' });
    expect(tracks.map((track) => track.readyState)).toEqual(['ended', 'ended']);
  });

  it('leaves when the page is left, at any stage', async () => {
    await toCall();
    visit.stop();
    expect(port().disconnected).toBe(true);
    visit.start();
    visit.stop();
    await settle();
    expect(visit.state.get()).toEqual({ stage: 'loading' });
    expect(tracks.every((track) => track.readyState === 'ended')).toBe(true);
    expect(inCall.at(-1)).toBe(false);
  });

  it('comes back by itself after a restart of the server, with what was on', async () => {
    await toCall();
    port().change({ local: { ...port().local, cameraOn: false, microphoneOn: true } });
    port().end('shutdown');
    expect(visit.state.get()).toMatchObject({ stage: 'ended', reason: 'shutdown' });
    back();
    await settle();
    await settle();
    expect(visit.state.get().stage).toBe('call');
    expect(port().published?.camera).toBeUndefined();
    expect(port().published?.microphone?.readyState).toBe('live');
  });

  it('does not come back when it was replaced by another tab, until a click', async () => {
    back = () => expect.fail('nobody may wait for the server');
    await toCall();
    port().end('replaced');
    await settle();
    expect(visit.state.get()).toMatchObject({ stage: 'ended', reason: 'replaced' });
    visit.again();
    await settle();
    expect(visit.state.get().stage).toBe('call');
    expect(ports).toHaveLength(2);
  });

  it('does not come back after the page was left', async () => {
    await toCall();
    port().end('lost');
    visit.stop();
    back();
    await settle();
    expect(ports).toHaveLength(1);
  });

  describe('in front of a waiting room', () => {
    const waitingRoom = { ...ROOM, waitingRoom: true };
    const answer = (code: string, more: object = {}, retryAfter: string | null = null) => new ApiError(failureFrom(403, { detail: 'no', code, ...more }, retryAfter));

    beforeEach(() => {
      vi.mocked(env.findRoom).mockResolvedValue(waitingRoom);
      vi.mocked(env.requestGrant).mockRejectedValue(answer('waiting', { ticket: 't', hostPresent: true }));
    });

    async function toWaiting() {
      visit.start();
      await settle();
      expect(env.requestGrant).not.toHaveBeenCalled();
      visit.join('withDevices');
      await settle();
      const state = visit.state.get();
      if (state.stage !== 'waiting') throw new Error(state.stage);
      return state.knock;
    }

    it('does not knock before the click, and keeps the own picture while it waits', async () => {
      const knock = await toWaiting();
      expect(knock.state.get().hostPresent).toBe(true);
      expect(tracks.map((track) => track.readyState)).toEqual(['live', 'live']);
      expect(waits).toBe(true);
    });

    it('goes in by itself when a host says so, with what is on by then', async () => {
      await toWaiting();
      env.media.setCamera(false);
      vi.mocked(env.requestGrant).mockResolvedValue(GRANT);
      door.heard('admitted', {});
      await settle();
      expect(visit.state.get().stage).toBe('call');
      expect(port().published).toEqual({ camera: undefined, microphone: tracks[1] });
      expect(waits).toBe(false);
    });

    it('says that a host said no, and when one may ask again', async () => {
      await toWaiting();
      vi.mocked(env.requestGrant).mockClear();
      door.heard('refused', {});
      await settle();
      expect(visit.state.get()).toMatchObject({ stage: 'ended', reason: 'refused', pauseSeconds: 60 });
      expect(env.requestGrant).not.toHaveBeenCalled();
      expect(tracks.map((track) => track.readyState)).toEqual(['ended', 'ended']);
      vi.mocked(env.requestGrant).mockRejectedValue(answer('refused', {}, '42'));
      visit.again();
      await settle();
      expect(visit.state.get()).toMatchObject({ stage: 'ended', reason: 'refused', pauseSeconds: 42 });
    });

    it('gives up by a click, and may ask again', async () => {
      await toWaiting();
      visit.giveUp();
      await settle();
      expect(leave).toHaveBeenCalledTimes(1);
      expect(visit.state.get().stage).toBe('prejoin');
      expect(waits).toBe(false);
      expect(tracks.map((track) => track.readyState)).toEqual(['live', 'live']);
      visit.join('withDevices');
      await settle();
      expect(visit.state.get().stage).toBe('waiting');
    });

    it('goes on waiting after a reload, and waits no longer when the page is left', async () => {
      waits = true;
      visit.start();
      await settle();
      expect(visit.state.get().stage).toBe('waiting');
      visit.stop();
      expect(leave).toHaveBeenCalledTimes(1);
      expect(waits).toBe(false);
    });
  });

  it('turns guests away from a room that takes none, before it asks for anything', async () => {
    env.turnedAway = () => 'noGuests';
    visit.start();
    await settle();
    expect(visit.state.get()).toMatchObject({ stage: 'ended', reason: 'noGuests' });
    expect(env.requestGrant).not.toHaveBeenCalled();
    expect(tracks.every((track) => track.readyState === 'ended')).toBe(true);
  });
});
