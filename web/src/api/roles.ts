// Who is what in a room, and the log of what its hosts have asked for. Making a co-host of somebody whose account is known, and handing the
// room over, is what hosts do in a call as well: see HostApi.
import * as z from '../zod';
import { check } from './check';
import type { Session } from './session';

const holderSchema = z.object({
  /** The number of the account. */
  user: z.number(),
  name: z.string(),
  /** `owner`, `cohost` or `participant`; a newer server may know more. */
  role: z.string(),
});

export type RoleHolder = z.infer<typeof holderSchema>;

export type GivenRole = 'cohost' | 'participant';

const entrySchema = z.object({
  /** Rises. */
  id: z.number(),
  at: z.string(),
  user: z.number(),
  /** Null when the account is gone. */
  name: z.nullable(z.string()),
  act: z.string(),
  subject: z.string(),
  subjectName: z.nullable(z.string()),
});

export type AuditEntry = z.infer<typeof entrySchema>;

export const ENTRIES_PER_PAGE = 50;

export class RolesApi {
  readonly #session: Pick<Session, 'request'>;

  constructor(session: Pick<Session, 'request'>) {
    this.#session = session;
  }

  /** The owner first, then co-hosts, then participants. */
  async list(room: number, signal?: AbortSignal): Promise<RoleHolder[]> {
    return check(z.array(holderSchema), await this.#session.request({ method: 'GET', path: `/api/rooms/${room}/roles/`, signal }));
  }

  /** To the account with this address. */
  async name(room: number, email: string, role: GivenRole): Promise<RoleHolder> {
    return check(holderSchema, await this.#session.request({ method: 'POST', path: `/api/rooms/${room}/roles/`, body: { email, role } }));
  }

  async take(room: number, user: number): Promise<void> {
    await this.#session.request({ method: 'DELETE', path: `/api/rooms/${room}/roles/${user}/` });
  }

  /** Newest first; `before` is the id of the oldest entry that is known. */
  async log(room: number, before: number | undefined, signal?: AbortSignal): Promise<AuditEntry[]> {
    const query = new URLSearchParams({ limit: String(ENTRIES_PER_PAGE) });
    if (before !== undefined) query.set('before', String(before));
    return check(z.array(entrySchema), await this.#session.request({ method: 'GET', path: `/api/rooms/${room}/audit/?${query}`, signal }));
  }
}
