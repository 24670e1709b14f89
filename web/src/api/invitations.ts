// Invitations: links that let people into a room. In: the room. Out: a link that is shown this once.
import * as z from '../zod';
import { ApiError } from './errors';
import type { Session } from './session';

const DAY_MS = 24 * 3600_000;

/** How long a link lasts that was made by a click. */
export const LINK_DAYS = 30;

const invitationSchema = z.object({ link: z.string() });

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
  async createLink(room: number | string): Promise<string> {
    const path = `/api/rooms/${encodeURIComponent(room)}/invitations/`;
    const expiresOn = new Date(this.#now() + LINK_DAYS * DAY_MS).toISOString();
    const result = invitationSchema.safeParse(await this.#session.request({ method: 'POST', path, body: { expiresOn } }));
    if (!result.success) throw new ApiError({ kind: 'malformed' });
    // The page's own origin: the server may know itself by another name, as behind a tunnel.
    const link = new URL(result.data.link, location.origin);
    return location.origin + link.pathname + link.search;
  }
}
