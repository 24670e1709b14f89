import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FakePort, fakeTrack, GRANT, HANDLE, participant, settle } from '../test/fakes';
import { ConnectError, type EndReason } from './end';
import { CallModel, type Notice } from './model';
import { NO_ROOM_STATE } from './roomState';

const NOTHING = Promise.resolve({ camera: undefined, microphone: undefined });

describe('the call', () => {
  let port: FakePort;
  let notices: Notice[];
  let ends: EndReason[];
  let call: CallModel;

  beforeEach(() => {
    port = new FakePort();
    notices = [];
    ends = [];
    call = new CallModel(port, { notify: (notice) => notices.push(notice), ended: (reason) => ends.push(reason) });
  });

  const names = () => call.state.get().remotes.map((view) => view.name);

  it('connects and publishes side by side', async () => {
    let connected: () => void = () => undefined;
    port.connectResult = new Promise((resolve) => (connected = resolve));
    const camera = fakeTrack('video');
    const started = call.start(GRANT, Promise.resolve({ camera, microphone: undefined }));
    await settle();
    expect(call.state.get().phase).toBe('connecting');
    expect(port.published?.camera).toBe(camera);
    connected();
    await started;
    expect(call.state.get().phase).toBe('connected');
  });

  it('connects without waiting for slow devices', async () => {
    await call.start(GRANT, new Promise(() => undefined));
    expect(call.state.get().phase).toBe('connected');
  });

  it('stops devices that start after it was left', async () => {
    const camera = fakeTrack('video');
    let got: (tracks: { camera: typeof camera; microphone: undefined }) => void = () => undefined;
    await call.start(GRANT, new Promise((resolve) => (got = resolve)));
    call.leave();
    got({ camera, microphone: undefined });
    await settle();
    expect(camera.readyState).toBe('ended');
    expect(port.published).toBeUndefined();
  });

  it('says nothing of those who were there before, and tells who comes and goes after', async () => {
    port.remotes = [participant('2:a', { name: 'Bo' })];
    await call.start(GRANT, NOTHING);
    expect(notices).toEqual([]);
    port.change({ remotes: [...port.remotes, participant('3:a', { name: 'Cy', joinedAt: 5 })] });
    expect(notices).toEqual([{ kind: 'joined', names: ['Cy'] }]);
    port.change({ remotes: port.remotes.slice(1) });
    expect(notices.at(-1)).toEqual({ kind: 'left', names: ['Bo'] });
    expect(names()).toEqual(['Cy']);
  });

  it('keeps people in the order in which they came', async () => {
    await call.start(GRANT, NOTHING);
    port.change({ remotes: [participant('3:a', { joinedAt: 30, name: 'late' }), participant('2:a', { joinedAt: 20, name: 'early' })] });
    expect(names()).toEqual(['early', 'late']);
  });

  it('keeps what did not change, so that only changed tiles are drawn again', async () => {
    port.remotes = [participant('2:a', { audio: [HANDLE] }), participant('3:a', { joinedAt: 1 })];
    await call.start(GRANT, NOTHING);
    const before = call.state.get();
    port.change({ remotes: port.remotes.map((remote) => ({ ...remote, audio: [...remote.audio] })) });
    expect(call.state.get()).toBe(before);
    port.change({ remotes: port.remotes.map((remote) => (remote.identity === '3:a' ? { ...remote, microphoneOn: true } : remote)) });
    const after = call.state.get();
    expect(after.remotes[0]).toBe(before.remotes[0]);
    expect(after.remotes[1]).toMatchObject({ microphoneOn: true });
  });

  it('keeps people on the screen while it reconnects', async () => {
    port.remotes = [participant('2:a', { name: 'Bo', camera: HANDLE, speaking: true, quality: 'good' }), participant('3:a', { name: 'Cy', joinedAt: 1 })];
    await call.start(GRANT, NOTHING);
    port.change({ connection: 'reconnecting', remotes: [] });
    expect(call.state.get()).toMatchObject({ phase: 'reconnecting', local: { quality: 'lost' }, remotes: [{ name: 'Bo', stale: true, camera: HANDLE, speaking: false, quality: 'unknown' }, { name: 'Cy' }] });
    expect(notices).toEqual([]);
    port.change({ connection: 'connected', remotes: [participant('2:a', { name: 'Bo' })] });
    expect(call.state.get().remotes).toMatchObject([{ name: 'Bo', stale: false }]);
  });

  it('keeps the last pictures until the next ones come, or for some seconds', async () => {
    vi.useFakeTimers();
    const fresh = { ...HANDLE };
    port.remotes = [participant('2:a', { camera: HANDLE, cameraOn: true }), participant('3:a', { camera: HANDLE, cameraOn: true, joinedAt: 1 })];
    await call.start(GRANT, NOTHING);
    port.change({ connection: 'reconnecting', remotes: [] });
    const back = [participant('2:a'), participant('3:a', { joinedAt: 1 })];
    port.change({ connection: 'connected', remotes: back });
    expect(call.state.get().remotes.map(({ camera }) => camera)).toEqual([HANDLE, HANDLE]);
    port.change({ remotes: [participant('2:a', { camera: fresh, cameraOn: true }), participant('3:a', { joinedAt: 1 })] });
    expect(call.state.get().remotes[0]?.camera).toBe(fresh);
    port.change({ remotes: back });
    expect(call.state.get().remotes.map(({ camera }) => camera)).toEqual([undefined, HANDLE]);
    vi.advanceTimersByTime(10_000);
    expect(call.state.get().remotes.map(({ camera }) => camera)).toEqual([undefined, undefined]);
    vi.useRealTimers();
  });

  it('lets the others come back too before it says that someone left', async () => {
    vi.useFakeTimers();
    port.remotes = [participant('2:a', { name: 'Bo' }), participant('3:a', { name: 'Cy' }), participant('4:a', { name: 'Di' })];
    await call.start(GRANT, NOTHING);
    port.change({ connection: 'reconnecting', remotes: [] });
    port.change({ connection: 'connected', remotes: [participant('2:a', { name: 'Bo' })] });
    vi.advanceTimersByTime(3_000);
    port.change({ remotes: [...port.remotes, participant('3:a', { name: 'Cy' }), participant('5:a', { name: 'Eo' })] });
    expect(notices).toEqual([{ kind: 'reconnected' }, { kind: 'joined', names: ['Eo'] }]);
    vi.advanceTimersByTime(10_000);
    expect(notices.slice(2)).toEqual([{ kind: 'left', names: ['Di'] }]);
    vi.useRealTimers();
  });

  it('switches devices, one click at a time', async () => {
    await call.start(GRANT, NOTHING);
    call.toggle('camera');
    expect(call.state.get().camera).toBe('turningOn');
    call.toggle('camera');
    await settle();
    expect(port.deviceCalls).toEqual([['camera', true]]);
    expect(call.state.get().camera).toBe('on');
    call.toggle('camera');
    expect(call.state.get().camera).toBe('turningOff');
    await settle();
    expect(call.state.get().camera).toBe('off');
  });

  it('says why a device does not start, and stays off', async () => {
    await call.start(GRANT, NOTHING);
    port.deviceResult = Promise.reject(new DOMException('', 'NotReadableError'));
    call.toggle('microphone');
    await settle();
    expect(call.state.get().microphone).toBe('off');
    expect(notices).toEqual([{ kind: 'deviceProblem', problem: 'busy' }]);
  });

  it('says when sending did not start, and stays in the call', async () => {
    port.publishResult = Promise.reject(new Error('negotiation'));
    await call.start(GRANT, NOTHING);
    await settle();
    expect(notices).toEqual([{ kind: 'publishFailed' }]);
    expect(call.state.get().phase).toBe('connected');
  });

  it('leaves: devices off, nothing said twice', async () => {
    const camera = fakeTrack('video');
    await call.start(GRANT, Promise.resolve({ camera, microphone: undefined }));
    call.leave();
    port.end('left');
    port.change({ remotes: [participant('9:a')] });
    expect(ends).toEqual(['left']);
    expect(camera.readyState).toBe('ended');
    expect(call.state.get().phase).toBe('ended');
    expect(notices).toEqual([]);
  });

  it('ends once, with the reason', async () => {
    await call.start(GRANT, NOTHING);
    port.end('replaced');
    call.leave();
    expect(ends).toEqual(['replaced']);
    expect(port.disconnected).toBe(false);
  });

  it('lets go of everything when it cannot connect', async () => {
    const camera = fakeTrack('video');
    port.connectResult = Promise.reject(new ConnectError('forbidden'));
    await expect(call.start(GRANT, Promise.resolve({ camera, microphone: undefined }))).rejects.toMatchObject({ reason: 'forbidden' });
    await settle();
    expect(port.disconnected).toBe(true);
    expect(camera.readyState).toBe('ended');
    expect(notices).toEqual([]);
  });

  it('does not ask for what only hosts may, and says so', async () => {
    port.local = { ...port.local, microphoneOn: true };
    port.room = { ...NO_ROOM_STATE, owner: '2', shareDisabled: true, unmuteDisabled: true };
    await call.start(GRANT, NOTHING);
    call.toggle('microphone');
    await settle();
    call.toggle('microphone');
    call.shareScreen('detail');
    await settle();
    expect(port.deviceCalls).toEqual([['microphone', false]]);
    expect(call.state.get()).toMatchObject({ microphone: 'off', share: 'off' });
    expect(notices).toEqual([{ kind: 'forbidden', what: 'unmute' }, { kind: 'forbidden', what: 'share' }]);
    port.change({ room: { ...port.room, cohosts: ['1'] } });
    call.toggle('microphone');
    call.shareScreen('detail');
    await settle();
    expect(call.state.get()).toMatchObject({ microphone: 'on', share: 'on' });
  });
});
