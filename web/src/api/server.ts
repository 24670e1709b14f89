// What a server lets people without a login do: make an account, get a link to a new password, become its first administrator by the link that it printed.
import * as z from '../zod';
import type { Asking } from './caller';
import { check } from './check';
import { ApiError } from './errors';

const serverSchema = z.object({
  /** Links to a new password come by mail. */
  passwordReset: z.boolean(),
  /** Who may make an account; a newer server may know more. */
  registration: z.string(),
});

export type ServerInfo = z.infer<typeof serverSchema>;

export class ServerApi {
  readonly #session: Asking;

  constructor(session: Asking) {
    this.#session = session;
  }

  async info(signal?: AbortSignal): Promise<ServerInfo> {
    return check(serverSchema, await this.#session.request({ method: 'GET', path: '/api/server/', signal }));
  }

  /** Whether there is such an account or not, the answer is the same. */
  async sendResetLink(email: string): Promise<void> {
    await this.#session.request({ method: 'POST', path: '/api/user/reset-link/', body: { email } });
  }

  /** Whether a link would still set a password; it stays as it is. */
  async isResetLink(token: string): Promise<boolean> {
    try {
      await this.#session.request({ method: 'POST', path: '/api/user/reset/', body: { token } });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 400) return true;
      if (isSpent(error)) return false;
      throw error;
    }
  }

  /** Sets the password, once; all logins of the account end. */
  async resetPassword(token: string, password: string): Promise<void> {
    await this.#session.request({ method: 'POST', path: '/api/user/reset/', body: { token, password } });
  }

  /** Makes whoever is logged in the server's first administrator. */
  async claim(token: string): Promise<void> {
    await this.#session.request({ method: 'POST', path: '/api/admin/claim/', body: { token } });
  }
}

/** The link was used, is too old, or never was one. */
export function isSpent(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403 && error.code === 'link_not_valid';
}
