// The administration's part of the API. In: an administrator's wishes. Out: pages of lists, figures, and what became of a wish. Lists go on
// after a cursor that only the server reads.
import * as z from '../zod';
import type { Asking } from './caller';
import { check } from './check';
import { statusOf } from './errors';
import { invitationSchema } from './invitations';
import { roomSchema, type Room, type RoomSettings } from './rooms';

const flag = z._default(z.boolean(), false);

const userSchema = z.object({
  id: z.number(),
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  createdOn: z.string(),
  isAdmin: flag,
  disabled: flag,
});

const listedUserSchema = z.extend(userSchema, {
  /** How many it has. */
  rooms: z.number(),
  /** When one of its logins was last used, as far as that is remembered. */
  seenOn: z.nullable(z.string()),
});

export type User = z.infer<typeof userSchema>;
export type ListedUser = z.infer<typeof listedUserSchema>;

const linkSchema = z.object({ link: z.string(), linkExpiresOn: z.string() });
const addedSchema = z.extend(userSchema, { link: z.string(), linkExpiresOn: z.string() });

/** By which the owner of an account sets a password; shown once. */
export type PasswordLink = z.infer<typeof linkSchema>;

const listedRoomSchema = z.extend(roomSchema, { ownerName: z.string() });

const ownedRoomSchema = z.object({ id: z.number(), title: z.string() });

/** A room of a known account. */
export type OwnedRoom = z.infer<typeof ownedRoomSchema>;
export type ListedRoom = z.infer<typeof listedRoomSchema>;

const listedInvitationSchema = z.extend(invitationSchema, { room: z.number(), title: z.string() });

export type ListedInvitation = z.infer<typeof listedInvitationSchema>;

const entrySchema = z.object({
  id: z.number(),
  at: z.string(),
  /** Null for the command line. */
  user: z.nullable(z.number()),
  /** Null when the account is gone. */
  name: z.nullable(z.string()),
  act: z.string(),
  room: z.nullable(z.number()),
  /** Null when the room is gone. */
  roomTitle: z.nullable(z.string()),
  whom: z.nullable(z.number()),
  whomName: z.nullable(z.string()),
  subject: z.string(),
  /** Null when the subject is no person, or they are gone. */
  subjectName: z.nullable(z.string()),
  /** Empty for the command line. */
  address: z.string(),
});

export type LogEntry = z.infer<typeof entrySchema>;

const callSchema = z.object({
  /** The room's name on the wire. */
  room: z.string(),
  /** Null for a room in memory. */
  id: z.nullable(z.number()),
  title: z.nullable(z.string()),
  people: z.number(),
  devices: z.number(),
  /** Null while nobody is inside. */
  since: z.nullable(z.string()),
  bitrateIn: z.number(),
  bitrateOut: z.number(),
  /** How many devices have which. */
  quality: z.object({ excellent: z.number(), good: z.number(), poor: z.number() }),
});

const participantSchema = z.object({
  identity: z.string(),
  /** An account's number, a guest's id, or null for a program. */
  user: z.nullable(z.union([z.number(), z.string()])),
  name: z.string(),
  joinedOn: z.string(),
  quality: z.nullable(z.string()),
  rttMs: z.nullable(z.number()),
  bitrateIn: z.number(),
  bitrateOut: z.number(),
  /** 0 to 1. */
  lossIn: z.number(),
  lossOut: z.number(),
  tracks: z.number(),
});

const openedCallSchema = z.extend(callSchema, { participants: z.array(participantSchema) });

export type Call = z.infer<typeof callSchema>;
export type OpenedCall = z.infer<typeof openedCallSchema>;
export type Participant = z.infer<typeof participantSchema>;

const sampleSchema = z.object({
  at: z.string(),
  people: z.number(),
  rooms: z.number(),
  bitrateIn: z.number(),
  bitrateOut: z.number(),
  lossIn: z.number(),
  lossOut: z.number(),
  joins: z.number(),
  failures: z.number(),
});

export type Sample = z.infer<typeof sampleSchema>;

const samplesSchema = z.object({
  /** Seconds from one to the next. */
  interval: z.number(),
  samples: z.array(sampleSchema),
});

export type Samples = z.infer<typeof samplesSchema>;

export const SPANS = ['hour', 'day'] as const;
export type Span = (typeof SPANS)[number];

const settingsSchema = z.object({
  /** Rises with each change; of two changes for the same version the server takes one. */
  version: z._default(z.number(), 1),
  /** `open`, `invitation` or `closed`; a newer server may know more. */
  registration: z.string(),
  peoplePerRoom: z.number(),
  roomsPerUser: z.number(),
});

export type ServerSettings = z.infer<typeof settingsSchema>;

/** Of which accounts a list is. */
export const USER_KINDS = ['administrators', 'disabled'] as const;
export type UserKind = (typeof USER_KINDS)[number];

/** Of which acts the log is. */
export const ACT_KINDS = ['accounts', 'administration', 'rooms', 'calls'] as const;
export type ActKind = (typeof ACT_KINDS)[number];

export interface LogQuery {
  kind: ActKind | undefined;
  /** What this account did and what was done to it. */
  account: number | undefined;
  /** What was done before this time. */
  until: string | undefined;
  after: string | undefined;
}

export const USER_SORTS = ['newest', 'name', 'email'] as const;
export type UserSort = (typeof USER_SORTS)[number];

export interface UserChanges {
  email?: string;
  firstName?: string;
  lastName?: string;
  isAdmin?: boolean;
  disabled?: boolean;
}

export interface NewUser {
  email: string;
  firstName: string;
  lastName: string;
  isAdmin: boolean;
}

/** What a list is asked for; what is not there, or empty, is left out. */
type Query = Record<string, string | number | undefined>;

/** The server names links by its own address; the page's is the one that is known to work. */
function onThisPage(link: string): string {
  const { pathname, search, hash } = new URL(link, location.origin);
  return location.origin + pathname + search + hash;
}

export class AdminApi {
  readonly #asking: Pick<Asking, 'request'>;

  constructor(asking: Pick<Asking, 'request'>) {
    this.#asking = asking;
  }

  async #read<T>(schema: z.ZodMiniType<T>, path: string, query: Query, signal?: AbortSignal): Promise<T> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
    const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    return check(schema, await this.#asking.request({ method: 'GET', path: `/api/admin/${path}${text === '' ? '' : `?${text}`}`, signal }));
  }

  async #write(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    return this.#asking.request({ method, path: `/api/admin/${path}`, ...(body === undefined ? {} : { body }) });
  }

  users(query: { search: string; only: UserKind | undefined; sort: UserSort; after: string | undefined }, signal?: AbortSignal) {
    return this.#read(z.object({ users: z.array(listedUserSchema), next: z.nullable(z.string()) }), 'users/', query, signal);
  }

  /** Null when it is gone. */
  user(id: number, signal?: AbortSignal): Promise<User | null> {
    return this.#read(userSchema, `users/${id}/`, {}, signal).catch((error: unknown) => {
      if (statusOf(error) === 404) return null;
      throw error;
    });
  }

  async addUser(user: NewUser): Promise<User & PasswordLink> {
    const added = check(addedSchema, await this.#write('POST', 'users/', user));
    return { ...added, link: onThisPage(added.link) };
  }

  async changeUser(id: number, changes: UserChanges): Promise<User> {
    return check(userSchema, await this.#write('PATCH', `users/${id}/`, changes));
  }

  async deleteUser(id: number): Promise<void> {
    await this.#write('DELETE', `users/${id}/`);
  }

  async passwordLink(id: number): Promise<PasswordLink> {
    const made = check(linkSchema, await this.#write('POST', `users/${id}/reset-link/`, {}));
    return { ...made, link: onThisPage(made.link) };
  }

  rooms(query: { search: string; after: string | undefined }, signal?: AbortSignal) {
    return this.#read(z.object({ rooms: z.array(listedRoomSchema), next: z.nullable(z.string()) }), 'rooms/', query, signal);
  }

  /** All rooms of an account. */
  async roomsOf(owner: number, signal?: AbortSignal): Promise<OwnedRoom[]> {
    return this.#read(z.array(ownedRoomSchema), `users/${owner}/rooms/`, {}, signal);
  }

  /** The room of this number; null when there is none. */
  async room(id: number, signal?: AbortSignal): Promise<ListedRoom | null> {
    // Lists go down by number, so a page of one that begins above it begins with it.
    const { rooms } = await this.#read(z.object({ rooms: z.array(listedRoomSchema) }), 'rooms/', { after: id + 1, limit: 1 }, signal);
    return rooms.find((room) => room.id === id) ?? null;
  }

  /** Rejects with a 409 when somebody else has changed the room since that version. */
  async changeRoom(id: number, changes: Partial<RoomSettings>, version: number): Promise<Room> {
    return check(roomSchema, await this.#write('PATCH', `rooms/${id}/`, { ...changes, version }));
  }

  async deleteRoom(id: number): Promise<void> {
    await this.#write('DELETE', `rooms/${id}/`);
  }

  calls(query: { after: string | undefined }, signal?: AbortSignal) {
    return this.#read(z.object({ calls: z.array(callSchema), total: z.number(), next: z.nullable(z.string()) }), 'calls/', query, signal);
  }

  call(room: string, signal?: AbortSignal): Promise<OpenedCall> {
    return this.#read(openedCallSchema, `calls/${encodeURIComponent(room)}/`, {}, signal);
  }

  /** With all devices of that person. */
  async removeFromCall(room: string, identity: string): Promise<void> {
    await this.#write('POST', `calls/${encodeURIComponent(room)}/remove/`, { identity });
  }

  async endCall(room: string): Promise<void> {
    await this.#write('POST', `calls/${encodeURIComponent(room)}/end/`, {});
  }

  invitations(query: { after: string | undefined }, signal?: AbortSignal) {
    return this.#read(z.object({ invitations: z.array(listedInvitationSchema), next: z.nullable(z.string()) }), 'invitations/', query, signal);
  }

  async revokeInvitation(id: number): Promise<void> {
    await this.#write('DELETE', `invitations/${id}/`);
  }

  log(query: LogQuery, signal?: AbortSignal) {
    return this.#read(z.object({ entries: z.array(entrySchema), next: z.nullable(z.string()) }), 'audit/', { ...query }, signal);
  }

  samples(span: Span, signal?: AbortSignal): Promise<Samples> {
    return this.#read(samplesSchema, 'samples/', { span }, signal);
  }

  settings(signal?: AbortSignal): Promise<ServerSettings> {
    return this.#read(settingsSchema, 'settings/', {}, signal);
  }

  /** Rejects with a 409 when somebody else has changed them since that version. */
  async changeSettings(changes: Partial<ServerSettings>, version: number): Promise<ServerSettings> {
    return check(settingsSchema, await this.#write('PATCH', 'settings/', { ...changes, version }));
  }
}
