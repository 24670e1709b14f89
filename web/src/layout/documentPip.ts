// A small window with a document of its own, for browsers that let pages draw into one: it has buttons, which a lone video has not. What it shows
// is drawn by PipView; here it is opened, closed, and told what to show.
import { Store } from '../ui/store';
import type { PipContent, PipWindow } from './pictureInPicture';

export interface PipView {
  window: Window;
  content: PipContent;
}

interface DocumentPictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

const WIDTH = 360;
const HEIGHT = 240;

function factory(): DocumentPictureInPicture | undefined {
  return (globalThis as { documentPictureInPicture?: DocumentPictureInPicture }).documentPictureInPicture;
}

/** An empty document becomes one of this page. */
function furnish({ document: empty }: Window): void {
  empty.documentElement.lang = document.documentElement.lang;
  empty.title = document.title;
  empty.body.style.margin = '0';
}

export class DocumentPip implements PipWindow {
  /** What is drawn, and where; undefined while it is closed. */
  readonly view = new Store<PipView | undefined>(undefined);
  #closed: () => void = () => undefined;
  #content: PipContent | undefined;
  /** Stands for what was asked for last: a window that comes too late is closed again. */
  #wish: object | undefined;

  get supported(): boolean {
    return factory() !== undefined;
  }

  onClosed(listener: () => void): void {
    this.#closed = listener;
  }

  show(content: PipContent): void {
    this.#content = content;
    const view = this.view.get();
    if (view !== undefined) this.view.set({ ...view, content });
  }

  async open(): Promise<void> {
    const wish = {};
    this.#wish = wish;
    const window = await factory()?.requestWindow({ width: WIDTH, height: HEIGHT });
    if (window === undefined) return;
    if (this.#wish !== wish || this.#content === undefined) {
      window.close();
      return;
    }
    furnish(window);
    window.addEventListener('pagehide', () => {
      if (this.view.get()?.window === window) this.close();
    });
    this.view.set({ window, content: this.#content });
  }

  close(): void {
    this.#wish = undefined;
    const view = this.view.get();
    this.view.set(undefined);
    view?.window.close();
    this.#closed();
  }
}
