// Somebody without an account, in one room. Like an account's session, and apart from it: the access token lives in memory, the refresh token in a
// cookie that scripts cannot read and that the browser sends under this room's path alone. So it survives a reload, all tabs of the room share it,
// and it neither signs anyone in elsewhere nor puts an account's cookie out. In: a name, at the click on Join. Out: requests that carry a token.
import * as z from '../zod';
import type { Asking } from '../api/caller';
import { ApiError, statusOf } from '../api/errors';
import type { Request } from '../api/http';
import { readAccessToken, type AccessToken } from '../api/jwt';

const accessSchema = z.object({ access: z.string() });
const cameSchema = z.object({ tokens: accessSchema });

export interface GuestEnvironment {
  send: (request: Request) => Promise<unknown>;
  /** Runs the work while no other tab runs its own under this name: a refresh token is good for one use. */
  exclusively: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** Remembers over reloads whether it is worth trying the cookie. */
  known: { has(roomId: string): boolean; set(roomId: string, known: boolean): void };
  now: () => number;
}

/** A token is renewed when this share of its life is over. */
const RENEW_AT = 0.8;

export class GuestSession implements Asking {
  readonly #roomId: string;
  readonly #env: GuestEnvironment;
  #token: (AccessToken & { renewAt: number }) | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(roomId: string, env: GuestEnvironment) {
    this.#roomId = roomId;
    this.#env = env;
  }

  /** Becomes a guest under this name: the one that this browser has been already, or a new one. */
  async enter(name: string, invitation: string | undefined): Promise<void> {
    await this.#resume();
    if (this.#token?.user.name === name) return;
    try {
      const body = { name, invitation };
      const answer = await this.#env.send({ method: 'POST', path: `${this.#path}/`, body, web: true });
      this.#accept(cameSchema.safeParse(answer).data?.tokens.access);
    } catch (error) {
      // The invitation has been used up, by this very guest: better under the old name than not at all.
      const usedUp = error instanceof ApiError && error.code === 'invitation_invalid';
      if (!usedUp || this.#token === undefined) throw error;
    }
  }

  async request(request: Omit<Request, 'accessToken' | 'web'>): Promise<unknown> {
    const token = await this.bearer();
    try {
      return await this.#env.send({ ...request, accessToken: token });
    } catch (error) {
      if (statusOf(error) !== 401 || token === undefined) throw error;
      const fresh = await this.bearer(token);
      if (fresh === undefined) throw error;
      return this.#env.send({ ...request, accessToken: fresh });
    }
  }

  async bearer(refused?: string): Promise<string | undefined> {
    const token = this.#token;
    if (token === undefined) return undefined;
    if (token.raw === refused) await this.#refresh();
    // A server that cannot be reached at the moment takes nothing away: the token is good for a while.
    else if (this.#env.now() >= token.renewAt) await this.#refresh().catch(() => undefined);
    return this.#token?.raw;
  }

  get #path(): string {
    return `/api/rooms/${encodeURIComponent(this.#roomId)}/guest`;
  }

  async #resume(): Promise<void> {
    if (this.#token === undefined && this.#env.known.has(this.#roomId)) await this.#refresh();
  }

  /** Gets another token, or none when the session is over. Rejects when the server could not be asked, which ends nothing. */
  async #refresh(): Promise<void> {
    this.#refreshing ??= this.#env.exclusively(`rotunda.guest.${this.#roomId}`, () => this.#refreshAlone()).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refreshAlone(): Promise<void> {
    try {
      const answer = await this.#env.send({ method: 'POST', path: `${this.#path}/refresh/`, body: {}, web: true });
      this.#accept(accessSchema.safeParse(answer).data?.access);
    } catch (error) {
      if (statusOf(error) !== 401 && statusOf(error) !== 404) throw error;
      this.#token = undefined;
      this.#env.known.set(this.#roomId, false);
    }
  }

  #accept(raw: string | undefined): void {
    const token = raw === undefined ? undefined : readAccessToken(raw);
    if (token === undefined) throw new ApiError({ kind: 'malformed' });
    this.#token = { ...token, renewAt: this.#env.now() + token.lifetimeMs * RENEW_AT };
    this.#env.known.set(this.#roomId, true);
  }
}
