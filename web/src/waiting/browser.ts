// The event stream in the real browser.
import { browserServerBack } from '../call/serverBack';
import { listen, openEvents, type EventListener } from './eventStream';

/** Listens to a stream of the server's with whoever's tokens, until the signal fires. */
export function browserListen(path: string, bearer: (refused?: string) => Promise<string | undefined>) {
  return (listener: EventListener, signal: AbortSignal): void => {
    void listen(listener, { open: (lastId, until) => openEvents(path, bearer, lastId, until), sleep: browserServerBack.sleep, random: Math.random }, signal);
  };
}

/** What happens in front of a room. */
export const roomEvents = (roomId: string): string => `/api/rooms/${encodeURIComponent(roomId)}/events/`;
