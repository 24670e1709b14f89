import { describe, expect, it } from 'vitest';
import { CallModel } from '../call/model';
import { FakePort, GRANT, participant, settle } from '../test/fakes';
import { SecondDevice } from './secondDevice';

async function joined(...others: string[]) {
  const port = new FakePort();
  port.remotes = others.map((identity) => participant(identity));
  port.local = { ...port.local, microphoneOn: true };
  const call = new CallModel(port, { notify: () => undefined, ended: () => undefined });
  const second = new SecondDevice(call);
  await call.start(GRANT, Promise.resolve({ camera: undefined, microphone: undefined }));
  await settle();
  return { port, second };
}

describe('a second device of the same person', () => {
  it('joins without microphone and sound, until it is asked for', async () => {
    const { port, second } = await joined('2:tab', '1:phone');
    expect(second.silent.get()).toBe(true);
    expect(port.local.microphoneOn).toBe(false);
    second.turnSoundOn();
    port.change({ remotes: [...port.remotes, participant('3:tab')] });
    expect(second.silent.get()).toBe(false);
  });

  it('plays sound when the other one leaves, and leaves the microphone to the person', async () => {
    const { port, second } = await joined('1:phone');
    port.change({ remotes: [] });
    expect(second.silent.get()).toBe(false);
    expect(port.local.microphoneOn).toBe(false);
  });

  it('leaves the first device alone, and people who are others', async () => {
    const { port, second } = await joined('2:tab');
    port.change({ remotes: [participant('2:tab'), participant('1:phone')] });
    expect(second.silent.get()).toBe(false);
    expect(port.local.microphoneOn).toBe(true);
  });
});
