// What a room's owner may do to the running call: lock, mute, put out, ban, end. In: the room's id. Out: nothing, or the banned people.
import * as z from '../zod';
import { ApiError } from './errors';
import type { Session } from './session';

const bansSchema = z.array(
  z.object({
    /** The number of an account, or the id of a guest. */
    user: z.union([z.number(), z.string()]),
    name: z.string(),
    bannedOn: z.string(),
  }),
);

export type Ban = z.infer<typeof bansSchema>[number];

export class HostApi {
  readonly #session: Pick<Session, 'request'>;

  constructor(session: Pick<Session, 'request'>) {
    this.#session = session;
  }

  async setLocked(room: number, locked: boolean): Promise<void> {
    await this.#session.request({ method: 'PATCH', path: `/api/rooms/${room}/`, body: { locked } });
  }

  /** Puts out the person of this identity, with all their devices. */
  async remove(room: number, identity: string): Promise<void> {
    await this.#session.request({ method: 'POST', path: `/api/rooms/${room}/remove/`, body: { identity } });
  }

  /** Without an identity, everyone but the caller. */
  async mute(room: number, identity?: string): Promise<void> {
    await this.#session.request({ method: 'POST', path: `/api/rooms/${room}/mute/`, body: identity === undefined ? { everyone: true } : { identity } });
  }

  /** Shows the person of this identity large to everyone; without one, ends that. */
  async spotlight(room: number, identity: string | undefined): Promise<void> {
    await this.#session.request({ method: 'POST', path: `/api/rooms/${room}/spotlight/`, body: { identity: identity ?? null } });
  }

  async end(room: number): Promise<void> {
    await this.#session.request({ method: 'POST', path: `/api/rooms/${room}/end/`, body: {} });
  }

  async bans(room: number, signal?: AbortSignal): Promise<Ban[]> {
    const result = bansSchema.safeParse(await this.#session.request({ method: 'GET', path: `/api/rooms/${room}/bans/`, signal }));
    if (!result.success) throw new ApiError({ kind: 'malformed' });
    return result.data;
  }

  /** Also puts them out at once. */
  async ban(room: number, user: number): Promise<void> {
    await this.#session.request({ method: 'POST', path: `/api/rooms/${room}/bans/`, body: { user } });
  }

  async unban(room: number, user: Ban['user']): Promise<void> {
    await this.#session.request({ method: 'DELETE', path: `/api/rooms/${room}/bans/${user}/` });
  }
}
