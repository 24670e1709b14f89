// The one session of this page, wired to the real browser.
import { send } from './http';
import { Session, type SessionEnvironment } from './session';

const HINT_KEY = 'rotunda.signedIn';

/** Storage can be forbidden by the browser's settings; then the cookie is tried at every start. */
const hint: SessionEnvironment['hint'] = {
  get() {
    try {
      return localStorage.getItem(HINT_KEY) !== null;
    } catch {
      return true;
    }
  },
  set(present) {
    try {
      if (present) localStorage.setItem(HINT_KEY, '1');
      else localStorage.removeItem(HINT_KEY);
    } catch {
      // Nothing is lost but a request at the next start.
    }
  },
};

/** Web Locks exist on secure pages only; without them the server's retry window covers two tabs that refresh at once. */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = (navigator as Partial<Navigator>).locks;
  return locks === undefined ? work() : locks.request(name, work);
}

export const session = new Session({
  send,
  exclusively: (work) => exclusively('rotunda.refresh', work),
  channel: typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('rotunda.session'),
  hint,
  setTimeout: (work, ms) => window.setTimeout(work, ms),
  clearTimeout: (id) => window.clearTimeout(id),
});
