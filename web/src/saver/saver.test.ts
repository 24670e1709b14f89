import { beforeEach, describe, expect, it } from 'vitest';
import { CallModel } from '../call/model';
import { FakePort, FakeSaver, GRANT, settle } from '../test/fakes';
import { SaverModel } from './saver';

const NOTHING = Promise.resolve({ camera: undefined, microphone: undefined });

describe('the data saver', () => {
  let port: FakeSaver;
  let callPort: FakePort;
  let call: CallModel;
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  const camera = () => call.state.get().camera;

  beforeEach(async () => {
    kept.clear();
    port = new FakeSaver();
    callPort = new FakePort();
    call = new CallModel(callPort, { notify: () => undefined, ended: () => undefined });
    await call.start(GRANT, NOTHING);
    callPort.change({ local: { ...callPort.local, cameraOn: true } });
  });

  it('is off at first, and remembered', () => {
    expect(new SaverModel(port, call, storage).state.get()).toBe('off');
    new SaverModel(port, call, storage).set('low');
    expect(new SaverModel(port, call, storage).state.get()).toBe('low');
    kept.set('rotunda.saver', 'turbo');
    expect(new SaverModel(port, call, storage).state.get()).toBe('off');
  });

  it('makes pictures small in both directions, also when it was remembered', () => {
    const saver = new SaverModel(port, call, storage);
    expect(port).toMatchObject({ receivesSmall: false, sendsSmall: false });
    saver.set('low');
    expect(port).toMatchObject({ receivesSmall: true, sendsSmall: true });
    saver.set('off');
    expect(port).toMatchObject({ receivesSmall: false, sendsSmall: false });
    saver.set('audio');
    const later = new FakeSaver();
    new SaverModel(later, call, storage);
    expect(later).toMatchObject({ receivesSmall: true, sendsSmall: true });
  });

  it('switches the camera off for audio only, and on again afterwards', async () => {
    const saver = new SaverModel(port, call, storage);
    saver.set('audio');
    await settle();
    expect(camera()).toBe('off');
    saver.set('low');
    await settle();
    expect(camera()).toBe('on');
  });

  it('leaves a camera alone that was off before', async () => {
    callPort.change({ local: { ...callPort.local, cameraOn: false } });
    const saver = new SaverModel(port, call, storage);
    saver.set('audio');
    saver.set('off');
    await settle();
    expect(callPort.deviceCalls).toEqual([]);
  });

  it('leaves a camera alone that the person switched meanwhile', async () => {
    const saver = new SaverModel(port, call, storage);
    saver.set('audio');
    await settle();
    call.toggle('camera');
    await settle();
    call.toggle('camera');
    await settle();
    saver.set('off');
    await settle();
    expect(camera()).toBe('off');
  });

  it('does not switch a camera off that was chosen before the call', async () => {
    kept.set('rotunda.saver', 'audio');
    new SaverModel(port, call, storage);
    await settle();
    expect(callPort.deviceCalls).toEqual([]);
  });

  it('keeps pictures small for a busy machine whatever was chosen', () => {
    const saver = new SaverModel(port, call, storage);
    saver.setAlsoSmall(true);
    expect(port.receivesSmall).toBe(true);
    saver.set('low');
    saver.setAlsoSmall(false);
    expect(port.receivesSmall).toBe(true);
    saver.set('off');
    expect(port.receivesSmall).toBe(false);
  });
});
