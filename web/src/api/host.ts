// What a room's hosts may do to the running call: make rules, mute, put out, ban, end. In: the room's id. Out: nothing, or what is asked for.
import * as z from '../zod';
import { check } from './check';
import { stateOf } from './invitations';
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

const rulesSchema = z.object({
  /** Rises with each change of the room. */
  version: z.number(),
  locked: z.boolean(),
  waitingRoom: z.boolean(),
  chatDisabled: z.boolean(),
  shareDisabled: z.boolean(),
  unmuteDisabled: z.boolean(),
  allowGuests: z.boolean(),
  typeOf: z.string(),
});

export type Rules = z.infer<typeof rulesSchema>;

/** What every host may switch during a call. */
export type RuleName = 'locked' | 'waitingRoom' | 'chatDisabled' | 'shareDisabled' | 'unmuteDisabled';

/** With a version, the change is refused when somebody else was faster. */
export type RulesChange = Partial<Pick<Rules, RuleName | 'version'>>;

const invitationsSchema = z.array(
  z.object({
    expiresOn: z.nullable(z.string()),
    uses: z.nullable(z.number()),
    used: z.number(),
  }),
);

export class HostApi {
  readonly #session: Pick<Session, 'request'>;
  readonly #now: () => number;

  constructor(session: Pick<Session, 'request'>, now: () => number = Date.now) {
    this.#session = session;
    this.#now = now;
  }

  async rules(room: number, signal?: AbortSignal): Promise<Rules> {
    return check(rulesSchema, await this.#session.request({ method: 'GET', path: `/api/rooms/${room}/`, signal }));
  }

  async setRules(room: number, changes: RulesChange): Promise<Rules> {
    return check(rulesSchema, await this.#session.request({ method: 'PATCH', path: `/api/rooms/${room}/`, body: changes }));
  }

  /** Puts out the person of this identity, with all their devices. */
  async remove(room: number, identity: string): Promise<void> {
    await this.#post(room, 'remove', { identity });
  }

  /** Without an identity, everyone but the caller. */
  async mute(room: number, identity?: string): Promise<void> {
    await this.#post(room, 'mute', identity === undefined ? { everyone: true } : { identity });
  }

  /** Ends what is shared of this device's screen. */
  async stopShare(room: number, identity: string): Promise<void> {
    await this.#post(room, 'stop-share', { identity });
  }

  /** Lowers the raised hand of the person of this identity; without one, everyone's. */
  async lowerHand(room: number, identity?: string): Promise<void> {
    await this.#post(room, 'lower-hand', identity === undefined ? { everyone: true } : { identity });
  }

  /** Shows the person of this identity large to everyone; without one, ends that. */
  async spotlight(room: number, identity: string | undefined): Promise<void> {
    await this.#post(room, 'spotlight', { identity: identity ?? null });
  }

  async end(room: number): Promise<void> {
    await this.#post(room, 'end', {});
  }

  /** Makes an account a co-host, or no longer one; they stay welcome in the room. */
  async setCohost(room: number, account: number, cohost: boolean): Promise<void> {
    await this.#session.request({ method: 'PUT', path: `/api/rooms/${room}/roles/${account}/`, body: { role: cohost ? 'cohost' : 'participant' } });
  }

  /** Makes an account the room's owner; the caller stays a co-host. */
  async handOver(room: number, account: number): Promise<void> {
    await this.#post(room, 'owner', { user: account });
  }

  async bans(room: number, signal?: AbortSignal): Promise<Ban[]> {
    return check(bansSchema, await this.#session.request({ method: 'GET', path: `/api/rooms/${room}/bans/`, signal }));
  }

  /** Also puts them out at once. */
  async ban(room: number, user: Ban['user']): Promise<void> {
    await this.#post(room, 'bans', { user });
  }

  async unban(room: number, user: Ban['user']): Promise<void> {
    await this.#session.request({ method: 'DELETE', path: `/api/rooms/${room}/bans/${user}/` });
  }

  /** How many of the room's invitations let somebody in still. */
  async openInvitations(room: number, signal?: AbortSignal): Promise<number> {
    const all = check(invitationsSchema, await this.#session.request({ method: 'GET', path: `/api/rooms/${room}/invitations/`, signal }));
    return all.filter((invitation) => stateOf(invitation, this.#now()) === 'good').length;
  }

  async revokeInvitations(room: number): Promise<void> {
    await this.#session.request({ method: 'DELETE', path: `/api/rooms/${room}/invitations/` });
  }

  async #post(room: number, what: string, body: unknown): Promise<void> {
    await this.#session.request({ method: 'POST', path: `/api/rooms/${room}/${what}/`, body });
  }
}
