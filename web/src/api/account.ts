// One's own account: its details and password, where it is logged in, what it owns, all of it as a file, and its end. In: the login of this page.
import * as z from '../zod';
import { check } from './check';
import { statusOf } from './errors';
import type { Session } from './session';

const accountSchema = z.object({
  id: z.number(),
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  isAdmin: z._default(z.boolean(), false),
});
const editedSchema = z.extend(accountSchema, { access: z.string() });

export type OwnAccount = z.infer<typeof accountSchema>;

/** The password is asked for with another address only. */
export type AccountChanges = Partial<Pick<OwnAccount, 'firstName' | 'lastName' | 'email'> & { password: string }>;

const loginSchema = z.object({
  id: z.string(),
  /** RFC 3339. */
  createdOn: z.string(),
  usedOn: z.string(),
  /** The program in a few English words, such as "Firefox on Linux"; empty where it does not tell. */
  client: z.string(),
  /** The one that asks. */
  current: z.boolean(),
});

export type Login = z.infer<typeof loginSchema>;

const ownRoomSchema = z.object({ id: z.number(), roomId: z.string(), title: z.string() });

export type OwnRoom = z.infer<typeof ownRoomSchema>;

/** A file of everything may be large, and the line slow. */
const EXPORT_TIMEOUT_MS = 10 * 60_000;

export class AccountApi {
  readonly #session: Pick<Session, 'request' | 'renamed'>;

  constructor(session: Pick<Session, 'request' | 'renamed'>) {
    this.#session = session;
  }

  async read(signal?: AbortSignal): Promise<OwnAccount> {
    return check(accountSchema, await this.#session.request({ method: 'GET', path: '/api/user/', signal }));
  }

  /** The session goes on under the new name. */
  async edit(changes: AccountChanges): Promise<OwnAccount> {
    const { access, ...account } = check(editedSchema, await this.#session.request({ method: 'PATCH', path: '/api/user/', body: changes }));
    this.#session.renamed(access);
    return account;
  }

  /** All other logins end. */
  async changePassword(password: string, newPassword: string): Promise<void> {
    await this.#session.request({ method: 'POST', path: '/api/user/password/', body: { password, newPassword } });
  }

  /** The one used last first. */
  async logins(signal?: AbortSignal): Promise<Login[]> {
    return check(z.array(loginSchema), await this.#session.request({ method: 'GET', path: '/api/user/sessions/', signal }));
  }

  /** That one has ended already is as good. */
  async endLogin(id: string): Promise<void> {
    try {
      await this.#session.request({ method: 'DELETE', path: `/api/user/sessions/${encodeURIComponent(id)}/` });
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  }

  /** The rooms that go when the account goes. */
  async rooms(signal?: AbortSignal): Promise<OwnRoom[]> {
    return check(z.array(ownRoomSchema), await this.#session.request({ method: 'GET', path: '/api/user/rooms/', signal }));
  }

  /** Everything that the server keeps of the account, as JSON. */
  async export(): Promise<Blob> {
    return check(z.instanceof(Blob), await this.#session.request({ method: 'GET', path: '/api/user/export/', file: true, timeoutMs: EXPORT_TIMEOUT_MS }));
  }

  /** Afterwards no login of it is worth anything, this page's neither. */
  async delete(password: string): Promise<void> {
    await this.#session.request({ method: 'POST', path: '/api/user/delete/', body: { password } });
  }
}
