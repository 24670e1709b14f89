// A guest's session in the real browser.
import { exclusively } from '../api/browser';
import { send } from '../api/http';
import { KnownGuests } from './known';
import { GuestSession } from './session';

export function browserGuest(roomId: string): GuestSession {
  return new GuestSession(roomId, { send, exclusively, known: new KnownGuests(), now: () => performance.now() });
}
