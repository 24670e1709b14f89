// The event stream in the real browser.
import { browserServerBack } from '../call/serverBack';
import { listen, openEvents, type EventListener } from './eventStream';

/** Listens to a room with whoever's tokens, until the signal fires. */
export function browserListen(roomId: string, bearer: (refused?: string) => Promise<string | undefined>) {
  return (listener: EventListener, signal: AbortSignal): void => {
    void listen(listener, { open: (lastId, until) => openEvents(roomId, bearer, lastId, until), sleep: browserServerBack.sleep, random: Math.random }, signal);
  };
}
