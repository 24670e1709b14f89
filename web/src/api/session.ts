// Who is signed in. The access token lives in memory only; the refresh token is in a cookie that scripts cannot read, and the server rotates it
// at every use. So two refreshes must never run side by side, in this tab or in another: a Web Lock orders the tabs, and a tab that got a fresh
// access token hands it to the others over a BroadcastChannel. In: sign-in forms and 401 answers. Out: the state, and requests that carry a token.
import * as z from '../zod';
import { Store } from '../ui/store';
import { ApiError, statusOf } from './errors';
import type { Asking } from './caller';
import type { Request } from './http';
import { readAccessToken, type AccessToken, type User } from './jwt';

export type SessionState =
  /** The cookie has not been tried yet. */
  | { status: 'starting' }
  /** It could not be tried: no answer from the server. */
  | { status: 'unreachable' }
  | { status: 'anonymous' }
  | { status: 'signedIn'; user: User };

const accessSchema = z.object({ access: z.string() });
const createdSchema = z.object({ tokens: accessSchema });

type Broadcast = { type: 'token'; access: string } | { type: 'signedOut' };

function isBroadcast(value: unknown): value is Broadcast {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return value.type === 'signedOut' || (value.type === 'token' && 'access' in value && typeof value.access === 'string');
}

/** What the session takes from the browser, so that tests can bring their own. */
export interface SessionEnvironment {
  send: (request: Request) => Promise<unknown>;
  /** Runs the work while no other tab runs its own. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  channel: Pick<BroadcastChannel, 'postMessage' | 'addEventListener'> | undefined;
  /** Remembers over reloads whether it is worth trying the cookie. */
  hint: { get(): boolean; set(present: boolean): void };
  setTimeout: (work: () => void, ms: number) => number;
  clearTimeout: (id: number) => void;
}

/** A token is renewed when this share of its life is over. */
const RENEW_AT = 0.8;
const RETRY_MS = 5_000;

export interface Credentials {
  email: string;
  password: string;
}

export interface Registration extends Credentials {
  firstName: string;
  lastName: string;
  /** To a room; servers may ask for one. */
  invitation?: string;
}

export class Session implements Asking {
  readonly state = new Store<SessionState>({ status: 'starting' });
  readonly #env: SessionEnvironment;
  #token: AccessToken | undefined;
  #refreshing: Promise<AccessToken | undefined> | undefined;
  #timer: number | undefined;
  /** Counts sign-ins and sign-outs, so that an answer that was overtaken by one of them is dropped. */
  #generation = 0;

  constructor(env: SessionEnvironment) {
    this.#env = env;
    env.channel?.addEventListener('message', (event: MessageEvent<unknown>) => this.#hear(event.data));
  }

  /** Tries the cookie, when there is reason to believe in one. */
  async start(): Promise<void> {
    if (!this.#env.hint.get()) {
      if (this.state.get().status === 'starting') this.state.set({ status: 'anonymous' });
      return;
    }
    if (this.state.get().status === 'unreachable') this.state.set({ status: 'starting' });
    try {
      await this.#refresh(undefined);
    } catch {
      if (this.state.get().status === 'starting') this.state.set({ status: 'unreachable' });
    }
  }

  async login(credentials: Credentials): Promise<void> {
    const answer = await this.#env.send({ method: 'POST', path: '/api/token/', body: credentials, web: true });
    this.#signIn(this.#read(accessSchema.safeParse(answer).data?.access));
  }

  async register(registration: Registration): Promise<void> {
    const answer = await this.#env.send({ method: 'POST', path: '/api/user/create/', body: registration, web: true });
    this.#signIn(this.#read(createdSchema.safeParse(answer).data?.tokens.access));
  }

  /** Goes on with a token in which the server has written another name, unless somebody else or nobody is signed in by now. */
  renamed(access: string): void {
    const token = this.#read(access);
    if (this.#token?.user.id !== token.user.id) return;
    this.#accept(token);
    this.#tell({ type: 'token', access: token.raw });
  }

  /** Signs out here at once, and on the server when it can be reached. */
  async logout(): Promise<void> {
    this.#signOut();
    this.#tell({ type: 'signedOut' });
    await this.#env
      .exclusively(() => this.#env.send({ method: 'POST', path: '/api/token/logout/', body: {}, web: true }))
      .catch(() => undefined);
  }

  /** Sends a request with the access token; a 401 is answered by one refresh and one more try. */
  async request(request: Omit<Request, 'accessToken' | 'web'>): Promise<unknown> {
    const token = await this.#present();
    try {
      return await this.#env.send({ ...request, accessToken: token?.raw });
    } catch (error) {
      if (statusOf(error) !== 401 || token === undefined) throw error;
      const fresh = await this.#refresh(token);
      if (fresh === undefined) throw error;
      return this.#env.send({ ...request, accessToken: fresh.raw });
    }
  }

  /** An access token; one that the server did not take is handed in for another. Undefined when nobody is signed in. */
  async bearer(refused?: string): Promise<string | undefined> {
    const token = await this.#present();
    return token !== undefined && token.raw === refused ? (await this.#refresh(token))?.raw : token?.raw;
  }

  /** The token that there is, or that is just coming. */
  async #present(): Promise<AccessToken | undefined> {
    if (this.#token === undefined && this.state.get().status === 'starting') return this.#refreshing?.catch(() => undefined);
    return this.#token;
  }

  /**
   * Gets a token newer than `stale`; undefined when the session is over. Rejects when the server could not be asked, which ends nothing.
   */
  async #refresh(stale: AccessToken | undefined): Promise<AccessToken | undefined> {
    if (this.#token !== undefined && this.#token !== stale) return this.#token;
    this.#refreshing ??= this.#refreshAlone(stale).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refreshAlone(stale: AccessToken | undefined): Promise<AccessToken | undefined> {
    const generation = this.#generation;
    return this.#env.exclusively(async () => {
      // Another tab, or a login, may have brought a token while this one waited for its turn.
      if (this.#token !== stale) return this.#token;
      try {
        const answer = await this.#env.send({ method: 'POST', path: '/api/token/refresh/', body: {}, web: true });
        const token = this.#read(accessSchema.safeParse(answer).data?.access);
        if (generation !== this.#generation) return this.#token;
        this.#accept(token);
        this.#tell({ type: 'token', access: token.raw });
        return token;
      } catch (error) {
        if (statusOf(error) !== 401) throw error;
        if (generation !== this.#generation) return this.#token;
        this.#signOut();
        return undefined;
      }
    });
  }

  #read(raw: string | undefined): AccessToken {
    const token = raw === undefined ? undefined : readAccessToken(raw);
    if (token === undefined) throw new ApiError({ kind: 'malformed' });
    return token;
  }

  #signIn(token: AccessToken): void {
    this.#generation += 1;
    this.#accept(token);
    this.#tell({ type: 'token', access: token.raw });
  }

  #accept(token: AccessToken): void {
    this.#token = token;
    this.#env.hint.set(true);
    const state = this.state.get();
    if (state.status !== 'signedIn' || state.user.id !== token.user.id || state.user.name !== token.user.name)
      this.state.set({ status: 'signedIn', user: token.user });
    this.#renewIn(token.lifetimeMs * RENEW_AT);
  }

  #signOut(): void {
    this.#generation += 1;
    this.#token = undefined;
    this.#env.hint.set(false);
    if (this.#timer !== undefined) this.#env.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.state.set({ status: 'anonymous' });
  }

  #renewIn(ms: number): void {
    if (this.#timer !== undefined) this.#env.clearTimeout(this.#timer);
    this.#timer = this.#env.setTimeout(() => {
      this.#timer = undefined;
      this.#refresh(this.#token).catch(() => {
        if (this.#token !== undefined) this.#renewIn(RETRY_MS);
      });
    }, ms);
  }

  #tell(message: Broadcast): void {
    this.#env.channel?.postMessage(message);
  }

  #hear(message: unknown): void {
    if (!isBroadcast(message)) return;
    if (message.type === 'signedOut') {
      if (this.state.get().status === 'signedIn') this.#signOut();
      return;
    }
    const token = readAccessToken(message.access);
    if (token === undefined) return;
    if (this.#token?.user.id !== token.user.id) this.#generation += 1;
    this.#accept(token);
  }
}
