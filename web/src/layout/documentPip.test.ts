// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle } from '../test/fakes';
import { DocumentPip } from './documentPip';

class FakeWindow extends EventTarget {
  closed = false;
  readonly document = document.implementation.createHTMLDocument('');

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.dispatchEvent(new Event('pagehide'));
  }
}

const BO = { kind: 'person', picture: undefined, name: 'Bo', identity: '2:a' } as const;
const CY = { kind: 'person', picture: undefined, name: 'Cy', identity: '3:a' } as const;

describe('the small window with a document of its own', () => {
  let windows: FakeWindow[];
  let pip: DocumentPip;
  let closings: number;

  beforeEach(() => {
    windows = [];
    closings = 0;
    vi.stubGlobal('documentPictureInPicture', {
      requestWindow: () => {
        const window = new FakeWindow();
        windows.push(window);
        return Promise.resolve(window);
      },
    });
    pip = new DocumentPip();
    pip.onClosed(() => (closings += 1));
  });
  afterEach(() => vi.unstubAllGlobals());

  it('is there where the browser has it', () => {
    expect(pip.supported).toBe(true);
    vi.unstubAllGlobals();
    expect(pip.supported).toBe(false);
  });

  it('shows who it is told, and ends when its window is closed', async () => {
    pip.show(BO);
    await pip.open();
    expect(pip.view.get()?.window).toBe(windows[0]);
    expect(pip.view.get()?.content).toEqual(BO);
    pip.show(CY);
    expect(pip.view.get()?.content).toEqual(CY);
    windows[0]?.close();
    expect(pip.view.get()).toBeUndefined();
    expect(closings).toBe(1);
  });

  it('closes its window once', async () => {
    pip.show(BO);
    await pip.open();
    pip.close();
    expect(windows[0]?.closed).toBe(true);
    expect(closings).toBe(1);
  });

  it('does not come after it was closed', async () => {
    pip.show(BO);
    const opening = pip.open();
    pip.close();
    await opening;
    await settle();
    expect(windows[0]?.closed).toBe(true);
    expect(pip.view.get()).toBeUndefined();
  });
});
