// Short notices: a queue with a bound, timed, closable. Anyone may show one; the view is ToastArea.
import { Store } from './store';

export type ToastKind = 'success' | 'info' | 'error';

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface Toast {
  id: number;
  kind: ToastKind;
  text: string;
  /** What it is about; the newest word about it takes the place of the one before. */
  topic?: string;
  /** What can be done about it, on a button. */
  action?: ToastAction;
}

const SHOWN_MS = 6_000;
/** Longer where there is something to decide. */
const ACTION_SHOWN_MS = 15_000;
const MAX_SHOWN = 4;

export class Toasts {
  readonly list = new Store<readonly Toast[]>([]);
  #next = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(kind: ToastKind, text: string, action?: ToastAction, topic?: string): void {
    // The same words twice say nothing new: the older one goes.
    const same = this.list.get().find((toast) => toast.text === text || (topic !== undefined && toast.topic === topic));
    if (same !== undefined) this.close(same.id);
    const toast: Toast = { id: this.#next++, kind, text, ...(action === undefined ? {} : { action }), ...(topic === undefined ? {} : { topic }) };
    const kept = [...this.list.get(), toast];
    for (const old of kept.splice(0, Math.max(0, kept.length - MAX_SHOWN))) this.#forget(old.id);
    this.list.set(kept);
    this.resume(toast.id);
  }

  close(id: number): void {
    this.#forget(id);
    this.list.set(this.list.get().filter((toast) => toast.id !== id));
  }

  /** Keeps a toast while someone reads it. */
  pause(id: number): void {
    this.#forget(id);
  }

  resume(id: number): void {
    this.#forget(id);
    const toast = this.list.get().find((shown) => shown.id === id);
    if (toast === undefined) return;
    this.#timers.set(
      id,
      setTimeout(() => this.close(id), toast.action === undefined ? SHOWN_MS : ACTION_SHOWN_MS),
    );
  }

  #forget(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}

export const toasts = new Toasts();
