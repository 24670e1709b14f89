// Who waits in front of a room, for its hosts. In: the room's id. Out: people, and nothing.
import * as z from '../zod';
import type { Asking } from './caller';
import { check } from './check';

const waitingSchema = z.object({
  id: z.number(),
  name: z.string(),
  guest: z._default(z.boolean(), false),
  since: z.string(),
});

/** Somebody who waits, by the number of their knock. */
export type WaitingPerson = z.infer<typeof waitingSchema>;

/** An event of the kind `knock`: somebody knocks, or what became of a knock. */
const knockedSchema = z.union([
  z.extend(waitingSchema, { state: z.literal('waiting') }),
  z.object({ id: z.optional(z.number()), state: z.union([z.literal('admitted'), z.literal('refused'), z.literal('withdrawn')]) }),
]);

export type Knocked = z.infer<typeof knockedSchema>;

export function readKnocked(data: unknown): Knocked | undefined {
  return knockedSchema.safeParse(data).data;
}

export class KnocksApi {
  readonly #asking: Pick<Asking, 'request'>;

  constructor(asking: Pick<Asking, 'request'>) {
    this.#asking = asking;
  }

  /** The longest waiting first. */
  async list(room: number, signal?: AbortSignal): Promise<WaitingPerson[]> {
    return check(z.array(waitingSchema), await this.#asking.request({ method: 'GET', path: `/api/rooms/${room}/knocks/`, signal }));
  }

  async decide(room: number, knock: number, decision: 'admit' | 'refuse'): Promise<void> {
    await this.#asking.request({ method: 'POST', path: `/api/rooms/${room}/knocks/${knock}/${decision}/`, body: {} });
  }

  async admitAll(room: number): Promise<void> {
    await this.#asking.request({ method: 'POST', path: `/api/rooms/${room}/knocks/admit-all/`, body: {} });
  }
}
