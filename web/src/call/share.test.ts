import { beforeEach, describe, expect, it } from 'vitest';
import { FakePort, GRANT, settle } from '../test/fakes';
import { CallModel, type Notice } from './model';

describe('sharing the screen', () => {
  let port: FakePort;
  let notices: Notice[];
  let call: CallModel;

  beforeEach(async () => {
    port = new FakePort();
    notices = [];
    call = new CallModel(port, { notify: (notice) => notices.push(notice), ended: () => undefined });
    await call.start(GRANT, Promise.resolve({ camera: undefined, microphone: undefined }));
  });

  it('starts and stops', async () => {
    call.shareScreen('detail');
    expect(call.state.get().share).toBe('turningOn');
    await settle();
    expect(call.state.get().share).toBe('on');
    call.shareScreen(undefined);
    await settle();
    expect(call.state.get().share).toBe('off');
  });

  it('notices that it was ended in the browser’s own bar', async () => {
    call.shareScreen('motion');
    await settle();
    port.change({ local: { ...port.local, screen: undefined } });
    expect(call.state.get().share).toBe('off');
  });

  it('ends when the hosts forbid it, also when it was just beginning', async () => {
    const forbidden = { ...port.room, shareDisabled: true };
    call.shareScreen('motion');
    port.change({ room: forbidden });
    await settle();
    expect(call.state.get().share).toBe('off');
    expect(notices).toEqual([]);
    port.change({ room: { ...port.room, shareDisabled: false } });
    call.shareScreen('motion');
    await settle();
    port.change({ room: forbidden });
    await settle();
    expect(call.state.get().share).toBe('off');
  });

  it.each([
    ['NotAllowedError', []],
    ['NotReadableError', [{ kind: 'shareFailed' }]],
  ])('after %s says %j', async (name, said) => {
    port.shareResult = Promise.reject(new DOMException('', name));
    call.shareScreen('detail');
    await settle();
    expect(call.state.get().share).toBe('off');
    expect(notices).toEqual(said);
  });
});
