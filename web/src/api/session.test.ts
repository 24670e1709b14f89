import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError, failureFrom } from './errors';
import type { Request } from './http';
import { Session, type SessionEnvironment } from './session';
import { settle } from '../test/fakes';

function token(id: string, name: string, serial: number, lifetime = 600): string {
  const part = (value: unknown) =>
    btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  return `${part({ alg: 'HS256' })}.${part({ user_id: id, full_name: name, iat: 1_000 + serial, exp: 1_000 + serial + lifetime })}.s`;
}

function refused(status: number): ApiError {
  return new ApiError(failureFrom(status, undefined, null));
}

/** A server with rotating refresh tokens: a spent one ends the session, as the real one does. */
class FakeServer {
  readonly requests: Request[] = [];
  cookie: number | undefined;
  spent = 0;
  serial = 0;
  valid = new Set<string>();
  down = false;
  name = 'Zoë Ñandú';
  holdRefresh: Promise<void> = Promise.resolve();

  issue(): string {
    this.serial += 1;
    this.cookie = this.serial;
    const access = token('7', this.name, this.serial);
    this.valid.add(access);
    return access;
  }

  send = async (request: Request): Promise<unknown> => {
    this.requests.push(request);
    if (this.down) throw new ApiError({ kind: 'unreachable' });
    switch (request.path) {
      case '/api/token/':
      case '/api/token/refresh/': {
        if (request.path === '/api/token/refresh/') {
          const presented = this.cookie;
          await this.holdRefresh;
          if (presented === undefined) throw refused(401);
          if (presented !== this.cookie) {
            this.spent += 1;
            throw refused(401);
          }
        }
        return { access: this.issue() };
      }
      case '/api/user/create/':
        return { email: 'a@example.org', firstName: 'A', lastName: 'B', tokens: { access: this.issue() } };
      case '/api/token/logout/':
        this.cookie = undefined;
        return undefined;
      default:
        if (request.accessToken === undefined || !this.valid.has(request.accessToken)) throw refused(401);
        return 'secret';
    }
  };

  count(path: string): number {
    return this.requests.filter((request) => request.path === path).length;
  }
}

/** Tabs of one browser: one cookie jar, one lock, one channel, one storage. */
class FakeBrowser {
  hinted = false;
  readonly #listeners: ((event: MessageEvent<unknown>) => void)[] = [];
  #lock: Promise<unknown> = Promise.resolve();
  readonly timers: { work: () => void; ms: number; cleared: boolean }[] = [];
  readonly server: FakeServer;

  constructor(server: FakeServer) {
    this.server = server;
  }

  tab(): Session {
    let own: ((event: MessageEvent<unknown>) => void) | undefined;
    const environment: SessionEnvironment = {
      send: this.server.send,
      exclusively: (work) => {
        const turn = this.#lock.then(work, work);
        this.#lock = turn.catch(() => undefined);
        return turn;
      },
      channel: {
        addEventListener: (_: string, listener: unknown) => {
          own = listener as (event: MessageEvent<unknown>) => void;
          this.#listeners.push(own);
        },
        postMessage: (data: unknown) => {
          for (const listener of this.#listeners) if (listener !== own) listener(new MessageEvent('message', { data }));
        },
      },
      hint: { get: () => this.hinted, set: (present) => (this.hinted = present) },
      setTimeout: (work, ms) => this.timers.push({ work, ms, cleared: false }) - 1,
      clearTimeout: (id) => {
        const timer = this.timers[id];
        if (timer !== undefined) timer.cleared = true;
      },
    };
    return new Session(environment);
  }

  /** Lets the one timer that is due fire. */
  fire(): number {
    const timer = this.timers.find((candidate) => !candidate.cleared);
    if (timer === undefined) throw new Error('no timer is set');
    timer.cleared = true;
    timer.work();
    return timer.ms;
  }
}

const PRIVATE = { method: 'GET', path: '/api/private/' } as const;

describe('the session', () => {
  let server: FakeServer;
  let browser: FakeBrowser;

  beforeEach(() => {
    server = new FakeServer();
    browser = new FakeBrowser(server);
  });

  it('asks the server nothing when nobody was signed in', async () => {
    const session = browser.tab();
    await session.start();
    expect(session.state.get()).toEqual({ status: 'anonymous' });
    expect(server.requests).toEqual([]);
  });

  it('reads name and id from the token, letters beyond ASCII too', async () => {
    const session = browser.tab();
    await session.login({ email: 'a@example.org', password: 'p' });
    expect(session.state.get()).toEqual({ status: 'signedIn', user: { id: '7', name: 'Zoë Ñandú' } });
    expect(server.requests[0]).toMatchObject({ web: true, path: '/api/token/' });
  });

  it('signs in with registering', async () => {
    const session = browser.tab();
    await session.register({ email: 'a@example.org', password: 'p', firstName: 'A', lastName: 'B' });
    expect(session.state.get().status).toBe('signedIn');
  });

  it('comes back after a reload by the cookie', async () => {
    await browser.tab().login({ email: 'a@example.org', password: 'p' });
    const reloaded = browser.tab();
    await reloaded.start();
    expect(reloaded.state.get().status).toBe('signedIn');
    expect(await reloaded.request(PRIVATE)).toBe('secret');
  });

  it('is anonymous when the cookie is no good any more', async () => {
    browser.hinted = true;
    const session = browser.tab();
    await session.start();
    expect(session.state.get()).toEqual({ status: 'anonymous' });
    expect(browser.hinted).toBe(false);
  });

  it('does not sign out because the server cannot be reached, and comes back by trying again', async () => {
    server.issue();
    browser.hinted = true;
    server.down = true;
    const session = browser.tab();
    await session.start();
    expect(session.state.get()).toEqual({ status: 'unreachable' });
    server.down = false;
    await session.start();
    expect(session.state.get().status).toBe('signedIn');
  });

  it('answers a 401 by one refresh for all requests that wait', async () => {
    const session = browser.tab();
    await session.login({ email: 'a@example.org', password: 'p' });
    server.valid.clear();
    const answers = await Promise.all([session.request(PRIVATE), session.request(PRIVATE), session.request(PRIVATE)]);
    expect(answers).toEqual(['secret', 'secret', 'secret']);
    expect(server.count('/api/token/refresh/')).toBe(1);
  });

  it('gives up after one more try, and does not loop', async () => {
    const session = browser.tab();
    await session.login({ email: 'a@example.org', password: 'p' });
    server.valid.clear();
    server.valid.add = () => server.valid;
    await expect(session.request(PRIVATE)).rejects.toMatchObject({ status: 401 });
    expect(server.count(PRIVATE.path)).toBe(2);
  });

  it('refreshes before the token expires, and again later when that fails', async () => {
    const session = browser.tab();
    await session.login({ email: 'a@example.org', password: 'p' });
    server.down = true;
    expect(browser.fire()).toBeCloseTo(480_000);
    await settle();
    expect(session.state.get().status).toBe('signedIn');
    server.down = false;
    expect(browser.fire()).toBe(5_000);
    await settle();
    expect(server.count('/api/token/refresh/')).toBe(2);
    expect(browser.fire()).toBeCloseTo(480_000);
  });

  it('never refreshes in two tabs at once, which the server would take for theft', async () => {
    const [first, second] = [browser.tab(), browser.tab()];
    await first.login({ email: 'a@example.org', password: 'p' });
    expect(second.state.get().status).toBe('signedIn');
    server.valid.clear();
    server.holdRefresh = settle();
    expect(await Promise.all([first.request(PRIVATE), second.request(PRIVATE)])).toEqual(['secret', 'secret']);
    expect(server.spent).toBe(0);
    expect(server.count('/api/token/refresh/')).toBe(1);
  });

  it('goes on under a new name in every tab, and only whoever is signed in still', async () => {
    const [first, second] = [browser.tab(), browser.tab()];
    await first.login({ email: 'a@example.org', password: 'p' });
    first.renamed(token('7', 'Augusta', 50));
    expect(first.state.get()).toEqual({ status: 'signedIn', user: { id: '7', name: 'Augusta' } });
    expect(second.state.get()).toEqual(first.state.get());
    first.renamed(token('8', 'Somebody else', 51));
    expect(first.state.get()).toMatchObject({ user: { name: 'Augusta' } });
    await first.logout();
    first.renamed(token('7', 'Late', 52));
    expect(first.state.get()).toEqual({ status: 'anonymous' });
  });

  it('signs out in every tab, even when the server cannot be told', async () => {
    const [first, second] = [browser.tab(), browser.tab()];
    await first.login({ email: 'a@example.org', password: 'p' });
    server.down = true;
    await first.logout();
    expect(first.state.get()).toEqual({ status: 'anonymous' });
    expect(second.state.get()).toEqual({ status: 'anonymous' });
    expect(browser.hinted).toBe(false);
  });

  it('is not signed in again by a refresh that was under way while signing out', async () => {
    const session = browser.tab();
    await session.login({ email: 'a@example.org', password: 'p' });
    let release: () => void = () => undefined;
    server.holdRefresh = new Promise((resolve) => (release = resolve));
    server.valid.clear();
    const request = session.request(PRIVATE).catch((error: unknown) => error);
    await settle();
    const out = session.logout();
    release();
    await Promise.all([request, out]);
    expect(session.state.get()).toEqual({ status: 'anonymous' });
  });
});
