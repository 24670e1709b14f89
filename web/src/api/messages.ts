// What a room keeps of its chat, a page at a time.
import * as z from '../zod';
import { check } from './check';
import { statusOf } from './errors';
import type { Session } from './session';

const messagesSchema = z.array(
  z.object({
    id: z.number(),
    identity: z.string(),
    name: z.string(),
    text: z.string(),
    sentOn: z.string(),
    stream: z.nullish(z.string()),
  }),
);

export type StoredMessage = z.infer<typeof messagesSchema>[number];

export class MessagesApi {
  readonly #session: Pick<Session, 'request'>;

  constructor(session: Pick<Session, 'request'>) {
    this.#session = session;
  }

  /** Newest first; `before` is the id of the oldest that is known. Undefined where the server keeps none. */
  async list(roomId: string, before: number | undefined, limit: number): Promise<StoredMessage[] | undefined> {
    const query = new URLSearchParams({ limit: String(limit) });
    if (before !== undefined) query.set('before', String(before));
    try {
      return check(messagesSchema, await this.#session.request({ method: 'GET', path: `/api/rooms/${encodeURIComponent(roomId)}/messages/?${query}` }));
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }
}
