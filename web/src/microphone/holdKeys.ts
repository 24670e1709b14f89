// The space bar as the key to hold. A field that is typed in, a dialog, and a button that was reached by keyboard keep their space bar; a button that
// was clicked has no claim to it, or whoever just muted with the mouse could not talk.
import { placeOf } from '../shortcuts/shortcuts';
import type { HoldToTalk } from './holdToTalk';

const PRESSED_BY_SPACE = 'button, a, summary, input, video, audio, [role="button"], [role="tab"], [role="slider"], [role="switch"], [role="checkbox"], [role="radio"], [role="option"]';

/** What is held with the space bar as with the pointer: the microphone's button in push-to-talk. */
const HELD = '[data-hold-to-talk]';

/** Listens until the returned function is called. */
export function listenForHolding(hold: Pick<HoldToTalk, 'press' | 'repeat' | 'release' | 'talking'>): () => void {
  let focusedBy: 'pointer' | 'keyboard' = 'keyboard';
  let last: 'pointer' | 'keyboard' = 'keyboard';
  const stop = new AbortController();
  const on = (target: EventTarget, type: string, listener: (event: Event) => void) => target.addEventListener(type, listener, { capture: true, signal: stop.signal });

  const keyDown = (event: KeyboardEvent) => {
    last = 'keyboard';
    if (event.key !== ' ' || event.ctrlKey || event.metaKey || event.altKey) {
      hold.release();
      return;
    }
    if (hold.talking.get()) {
      event.preventDefault();
      if (event.repeat) hold.repeat();
      return;
    }
    if (event.repeat || event.shiftKey || !mayTalk(event.target, focusedBy)) return;
    if (hold.press()) event.preventDefault();
  };
  const keyUp = (event: KeyboardEvent) => {
    if (event.key !== ' ' || !hold.talking.get()) return;
    event.preventDefault();
    hold.release();
  };
  on(window, 'keydown', (event) => event instanceof KeyboardEvent && keyDown(event));
  on(window, 'keyup', (event) => event instanceof KeyboardEvent && keyUp(event));
  on(window, 'pointerdown', () => (last = 'pointer'));
  on(document, 'focusin', ({ target }) => {
    focusedBy = last;
    if (placeOf(target) !== 'page') hold.release();
  });
  // Elements lose the focus too; that comes by here on its way down.
  on(window, 'blur', ({ target }) => target instanceof Element || hold.release());
  on(window, 'pagehide', () => hold.release());
  on(document, 'visibilitychange', () => document.hidden && hold.release());
  return () => {
    stop.abort();
    hold.release();
  };
}

function mayTalk(target: EventTarget | null, focusedBy: 'pointer' | 'keyboard'): boolean {
  if (placeOf(target) !== 'page') return false;
  if (!(target instanceof Element) || target.closest(HELD) !== null) return true;
  return focusedBy === 'pointer' || target.closest(PRESSED_BY_SPACE) === null;
}
