// A small window that stays above other windows and shows who speaks, or what is shared. It follows the layout's subject while it is open, and
// closes with the call.
import type { CallState } from '../call/model';
import type { MediaHandle } from '../call/port';
import { Store, type Readable } from '../ui/store';
import type { TileView } from './arrange';

/** Without a picture, the name stands for it. */
export interface PipContent {
  kind: TileView['kind'];
  picture: MediaHandle | undefined;
  name: string;
  identity: string;
}

/** What the browser does for it. */
export interface PipWindow {
  readonly supported: boolean;
  show(content: PipContent): void;
  /** Must be called in a click. Rejects when the browser refuses. */
  open(): Promise<void>;
  close(): void;
  /** Calls back when it was closed, by whomever. */
  onClosed(listener: () => void): void;
}

export class PictureInPicture {
  readonly state: Store<{ open: boolean }>;
  readonly #subject: () => TileView;
  readonly #window: PipWindow;
  #shown: PipContent | undefined;

  constructor(call: Readable<CallState>, layout: Readable<{ subject: TileView }>, window: PipWindow) {
    this.state = new Store({ open: false });
    this.#subject = () => layout.get().subject;
    this.#window = window;
    window.onClosed(() => {
      this.#shown = undefined;
      this.state.set({ open: false });
    });
    layout.subscribe(() => {
      if (this.state.get().open) this.#show();
    });
    call.subscribe(() => {
      if (call.get().phase === 'ended' && this.state.get().open) window.close();
    });
  }

  get supported(): boolean {
    return this.#window.supported;
  }

  toggle(): void {
    if (this.state.get().open) {
      this.#window.close();
      return;
    }
    this.#show();
    this.state.set({ open: true });
    this.#window.open().catch(() => this.#window.close());
  }

  #show(): void {
    const { kind, participant } = this.#subject();
    const content: PipContent = { kind, picture: kind === 'screen' ? participant.screen : participant.camera, name: participant.name, identity: participant.identity };
    const before = this.#shown;
    if (before?.picture === content.picture && before?.name === content.name && before.identity === content.identity) return;
    this.#shown = content;
    this.#window.show(content);
  }
}
