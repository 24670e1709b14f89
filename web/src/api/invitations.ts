// Invitations: links that let people into a room. In: the room. Out: a link that is shown this once.
import * as z from '../zod';
import { check } from './check';
import type { Session } from './session';

export const DAY_MS = 24 * 3600_000;

/** How long a link lasts that was made by a click. */
export const LINK_DAYS = 30;

export const invitationSchema = z.object({
  id: z.number(),
  /** RFC 3339; null lasts for ever. */
  expiresOn: z.nullable(z.string()),
  /** How many people it lets in; null is no limit. */
  uses: z.nullable(z.number()),
  used: z.number(),
  createdOn: z.string(),
});
const madeSchema = z.object({ link: z.string() });

export type Invitation = z.infer<typeof invitationSchema>;

export interface InvitationLimits {
  /** Undefined lasts for ever. */
  lastsMs?: number | undefined;
  /** Undefined is no limit. */
  uses?: number | undefined;
}

export type InvitationState = 'good' | 'expired' | 'usedUp';

/** What an invitation is still good for. */
export function stateOf({ expiresOn, uses, used }: Pick<Invitation, 'expiresOn' | 'uses' | 'used'>, nowMs: number): InvitationState {
  if (uses !== null && used >= uses) return 'usedUp';
  return expiresOn !== null && Date.parse(expiresOn) <= nowMs ? 'expired' : 'good';
}

/** The invitation in a page's address, if it has one. */
export function invitationIn(search: string): string | undefined {
  return new URLSearchParams(search).get('invitation') ?? undefined;
}

export class InvitationsApi {
  readonly #session: Pick<Session, 'request'>;
  readonly #now: () => number;

  constructor(session: Pick<Session, 'request'>, now: () => number = Date.now) {
    this.#session = session;
    this.#now = now;
  }

  /** Makes a link to the room, by its number or its `roomId`. Hosts may. */
  async createLink(room: number | string, { lastsMs, uses }: InvitationLimits = { lastsMs: LINK_DAYS * DAY_MS }): Promise<string> {
    const path = `/api/rooms/${encodeURIComponent(room)}/invitations/`;
    const body = { expiresOn: lastsMs === undefined ? null : new Date(this.#now() + lastsMs).toISOString(), uses: uses ?? null };
    const made = check(madeSchema, await this.#session.request({ method: 'POST', path, body }));
    // The page's own origin: the server may know itself by another name, as behind a tunnel.
    const link = new URL(made.link, location.origin);
    return location.origin + link.pathname + link.search;
  }

  /** The newest first; those that are good for nothing any more are among them. */
  async list(room: number, signal?: AbortSignal): Promise<Invitation[]> {
    return check(z.array(invitationSchema), await this.#session.request({ method: 'GET', path: `/api/rooms/${room}/invitations/`, signal }));
  }

  /** Nobody comes in by it any more; who has come stays. */
  async revoke(room: number, id: number): Promise<void> {
    await this.#session.request({ method: 'DELETE', path: `/api/rooms/${room}/invitations/${id}/` });
  }
}
