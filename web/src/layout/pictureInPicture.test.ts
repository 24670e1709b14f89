import { describe, expect, it } from 'vitest';
import { CallModel } from '../call/model';
import type { MediaHandle } from '../call/port';
import { FakePort, HANDLE, participant, settle } from '../test/fakes';
import { LayoutModel } from './model';
import { PictureInPicture, type PipContent, type PipWindow } from './pictureInPicture';
import { LayoutPreferences } from './preferences';

class FakeWindow implements PipWindow {
  readonly supported = true;
  readonly shown: PipContent[] = [];
  opened: Promise<void> = Promise.resolve();
  isOpen = false;
  #closed: () => void = () => undefined;

  show(content: PipContent): void {
    this.shown.push(content);
  }

  open(): Promise<void> {
    this.isOpen = true;
    return this.opened;
  }

  close(): void {
    this.isOpen = false;
    this.#closed();
  }

  onClosed(listener: () => void): void {
    this.#closed = listener;
  }
}

const screen: MediaHandle = { ...HANDLE };

function start() {
  const port = new FakePort();
  port.remotes = [participant('2:a', { camera: HANDLE }), participant('3:a')];
  const call = new CallModel(port, { notify: () => undefined, ended: () => undefined });
  const layout = new LayoutModel(call.state, new LayoutPreferences(undefined), Date.now);
  const small = new FakeWindow();
  return { port, call, small, pip: new PictureInPicture(call.state, layout.state, small) };
}

describe('the small window', () => {
  it('opens with who speaks, and follows', () => {
    const { port, small, pip } = start();
    pip.toggle();
    expect(pip.state.get().open).toBe(true);
    port.change({ remotes: port.remotes.map((remote) => ({ ...remote, speaking: remote.identity === '3:a' })) });
    port.change({ remotes: port.remotes.map((remote) => ({ ...remote, speaking: false, quality: 'good' })) });
    port.change({ remotes: port.remotes.map((remote) => ({ ...remote, screen: remote.identity === '2:a' ? screen : undefined })) });
    expect(small.shown.map(({ identity, picture }) => [identity, picture])).toEqual([
      ['2:a', HANDLE],
      ['3:a', undefined],
      ['2:a', screen],
    ]);
  });

  it('shows nothing while it is closed, whoever closed it', () => {
    const { port, small, pip } = start();
    pip.toggle();
    small.close();
    expect(pip.state.get().open).toBe(false);
    port.change({ remotes: port.remotes.map((remote) => ({ ...remote, speaking: true })) });
    expect(small.shown).toHaveLength(1);
    pip.toggle();
    expect(small.shown).toHaveLength(2);
  });

  it('closes with the call', () => {
    const { call, small, pip } = start();
    pip.toggle();
    call.leave();
    expect(small.isOpen).toBe(false);
  });

  it('is closed when the browser refuses', async () => {
    const { small, pip } = start();
    small.opened = Promise.reject(new DOMException('', 'NotAllowedError'));
    pip.toggle();
    await settle();
    expect(pip.state.get().open).toBe(false);
  });
});
