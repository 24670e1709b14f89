// Full screen, of the whole page (so that menus and notices stay usable) or of one tile. Phones by Apple have it for neither.
import { useSyncExternalStore } from 'react';

export const canFullScreen = () => document.fullscreenEnabled;

function subscribe(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
}

/** Whether the whole page has the screen. */
export function usePageFullScreen(): boolean {
  return useSyncExternalStore(subscribe, () => document.fullscreenElement === document.documentElement);
}

/** A refusal leaves all as it is: the browser says why where it matters. */
export function enterFullScreen(element: Element): void {
  element.requestFullscreen().catch(() => undefined);
}

export function leaveFullScreen(): void {
  if (document.fullscreenElement !== null) document.exitFullscreen().catch(() => undefined);
}
