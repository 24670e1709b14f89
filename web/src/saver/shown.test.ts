import { describe, expect, it } from 'vitest';
import type { CallState } from '../call/model';
import { CallModel } from '../call/model';
import { FakePort, GRANT, HANDLE, participant } from '../test/fakes';
import { PictureFilter } from './shown';

const ALL = { cameras: 'all', screens: true } as const;
const NONE = { cameras: 'none', screens: false } as const;
const SPEAKER = { cameras: 'speaker', screens: true } as const;

describe('the pictures that are shown', () => {
  const setup = async () => {
    const port = new FakePort();
    port.local = { ...port.local, camera: HANDLE };
    port.remotes = [participant('2:a', { camera: HANDLE, joinedAt: 1 }), participant('3:a', { camera: HANDLE, screen: HANDLE, joinedAt: 2 }), participant('4:a', { joinedAt: 3 })];
    const call = new CallModel(port, { notify: () => undefined, ended: () => undefined });
    await call.start(GRANT, Promise.resolve({ camera: undefined, microphone: undefined }));
    const speaks = (identity: string | undefined) => port.change({ remotes: port.remotes.map((remote) => ({ ...remote, speaking: remote.identity === identity })) });
    return { filter: new PictureFilter(), state: () => call.state.get(), speaks };
  };
  const cameras = ({ remotes }: CallState) => remotes.filter(({ camera }) => camera !== undefined).map(({ identity }) => identity);

  it('are all of them, in the very same state', async () => {
    const { filter, state } = await setup();
    expect(filter.apply(state(), ALL)).toBe(state());
  });

  it('are none of the others’ for audio only, and one’s own', async () => {
    const { filter, state } = await setup();
    const shown = filter.apply(state(), NONE);
    expect(cameras(shown)).toEqual([]);
    expect(shown.remotes.every(({ screen }) => screen === undefined)).toBe(true);
    expect(shown.local.camera).toBe(HANDLE);
  });

  it('are those of who speaks or spoke last, and every screen', async () => {
    const { filter, state, speaks } = await setup();
    expect(cameras(filter.apply(state(), SPEAKER))).toEqual(['2:a']);
    speaks('3:a');
    expect(cameras(filter.apply(state(), SPEAKER))).toEqual(['3:a']);
    speaks(undefined);
    const shown = filter.apply(state(), SPEAKER);
    expect(cameras(shown)).toEqual(['3:a']);
    expect(shown.remotes[1]?.screen).toBe(HANDLE);
  });

  it('keep the identity of everyone who did not change', async () => {
    const { filter, state, speaks } = await setup();
    const before = filter.apply(state(), NONE);
    expect(filter.apply(state(), NONE)).toBe(before);
    expect(before.remotes[2]).toBe(state().remotes[2]);
    speaks('2:a');
    const after = filter.apply(state(), NONE);
    expect(after.remotes[0]).not.toBe(before.remotes[0]);
    expect(after.remotes[1]).toBe(before.remotes[1]);
  });
});
