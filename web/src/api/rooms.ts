// The rooms' part of the API, checked at the border: what comes out has the shape that its type says.
import * as z from '../zod';
import { check } from './check';
import type { Session } from './session';

/** Who may enter: everyone with an account, or those who have the link. */
export const ROOM_TYPES = ['OTA', 'IO'] as const;
export type RoomType = (typeof ROOM_TYPES)[number];

const flag = z._default(z.boolean(), false);

export const roomSchema = z.object({
  id: z.number(),
  user: z.pipe(z.union([z.number(), z.string()]), z.transform(String)),
  title: z.string(),
  description: z.pipe(
    z.nullish(z.string()),
    z.transform((text) => text ?? ''),
  ),
  // A newer server may know more types than this page.
  typeOf: z.string(),
  createdOn: z.string(),
  roomId: z.string(),
  /** Nobody new may enter; servers that know no locks do not say. */
  locked: flag,
  /** Rises with each change; of two changes for the same version the server takes one. */
  version: z._default(z.number(), 1),
  allowGuests: flag,
  waitingRoom: flag,
  peopleLimit: z._default(z.number(), 100),
  scheduledOn: z._default(z.nullable(z.string()), null),
  keepChat: flag,
  chatDisabled: flag,
  shareDisabled: flag,
  unmuteDisabled: flag,
  /** What the person who asks is to the room: `owner`, `cohost`, `participant`, `guest`, or nothing. */
  role: z._default(z.nullable(z.string()), null),
});

export type Room = z.infer<typeof roomSchema>;

/** Whether the person for whom the server described the room keeps order in it. */
export const keepsOrder = (room: Pick<Room, 'role'>): boolean => room.role === 'owner' || room.role === 'cohost';

/** What can be changed of a room. */
export type RoomSettings = Pick<
  Room,
  | 'title'
  | 'description'
  | 'typeOf'
  | 'locked'
  | 'allowGuests'
  | 'waitingRoom'
  | 'peopleLimit'
  | 'scheduledOn'
  | 'keepChat'
  | 'chatDisabled'
  | 'shareDisabled'
  | 'unmuteDisabled'
>;

const joinSchema = z.object({ url: z.string(), token: z.string(), identity: z.string() });

export type JoinGrant = z.infer<typeof joinSchema>;

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Where the call connects to. A server that knows no public address names its loopback one, which means nothing to a page that was opened
 * under another name, through a proxy or a tunnel; whatever brought the page brings the call too.
 */
export function callUrl(url: string, page: Pick<Location, 'protocol' | 'host'>): string {
  if (!URL.canParse(url) || !LOOPBACK.test(new URL(url).hostname)) return url;
  return `${page.protocol === 'https:' ? 'wss:' : 'ws:'}//${page.host}`;
}

export interface NewRoom {
  title: string;
  description: string;
  typeOf: RoomType;
  allowGuests?: boolean;
  waitingRoom?: boolean;
  /** RFC 3339. */
  scheduledOn?: string | null;
}

export const ROOMS_PER_PAGE = 50;

export class RoomsApi {
  readonly #session: Pick<Session, 'request'>;

  constructor(session: Pick<Session, 'request'>) {
    this.#session = session;
  }

  /** Newest first; `before` is the id of the last room that is already known. */
  async list(search: string, before: number | undefined, signal?: AbortSignal): Promise<Room[]> {
    const query = new URLSearchParams({ limit: String(ROOMS_PER_PAGE) });
    if (search !== '') query.set('search', search);
    if (before !== undefined) query.set('before', String(before));
    return check(z.array(roomSchema), await this.#session.request({ method: 'GET', path: `/api/rooms/?${query}`, signal }));
  }

  async get(roomId: string, signal?: AbortSignal): Promise<Room> {
    return check(roomSchema, await this.#session.request({ method: 'GET', path: `/api/rooms/${encodeURIComponent(roomId)}/`, signal }));
  }

  async create(room: NewRoom): Promise<Room> {
    return check(roomSchema, await this.#session.request({ method: 'POST', path: '/api/rooms/', body: room }));
  }

  /** Changes what is named, unless somebody else has changed the room since that version: then it rejects with a 409. */
  async change(id: number, changes: Partial<RoomSettings>, version: number): Promise<Room> {
    return check(roomSchema, await this.#session.request({ method: 'PATCH', path: `/api/rooms/${id}/`, body: { ...changes, version } }));
  }

  async remove(id: number): Promise<void> {
    await this.#session.request({ method: 'DELETE', path: `/api/rooms/${id}/` });
  }

  /** Takes back that one waits in front of a room. */
  async stopWaiting(roomId: string): Promise<void> {
    await this.#session.request({ method: 'DELETE', path: `/api/rooms/${encodeURIComponent(roomId)}/knocks/`, body: {} });
  }

  /** Asks for a token that lets this device into the room's call for the next minutes; an invitation opens an invite-only room. */
  async join(roomId: string, deviceId: string, invitation?: string): Promise<JoinGrant> {
    const path = `/api/rooms/${encodeURIComponent(roomId)}/join/`;
    const grant = check(joinSchema, await this.#session.request({ method: 'POST', path, body: { deviceId, invitation } }));
    return { ...grant, url: callUrl(grant.url, location) };
  }
}
