// What a room offers to the person who looks at it.
import { dateIn } from '../i18n/format';
import { keepsOrder, type Room } from '../api/rooms';

export interface RoomView {
  type: 'OTA' | 'IO' | 'unknown';
  owned: boolean;
  canEnter: boolean;
  canDelete: boolean;
  /** Whether this person keeps order in the room, and so sees its settings. */
  hosts: boolean;
  /** Whether others come in by links that this person makes. */
  invites: boolean;
}

export function roomPath(roomId: string): string {
  return `/r/${encodeURIComponent(roomId)}`;
}

export function roomView(room: Room, userId: string | undefined): RoomView {
  const owned = userId !== undefined && room.user === userId;
  const hosts = userId !== undefined && (owned || keepsOrder(room));
  const type = room.typeOf === 'OTA' || room.typeOf === 'IO' ? room.typeOf : 'unknown';
  return {
    type,
    owned,
    // The list has invite-only rooms for those who belong to them.
    canEnter: type !== 'unknown' || owned,
    canDelete: owned,
    hosts,
    invites: type === 'IO' && hosts,
  };
}

export function createdOn(room: Room, language: string): string {
  const date = new Date(room.createdOn);
  if (Number.isNaN(date.getTime())) return room.createdOn;
  return dateIn(language, date, { dateStyle: 'medium', timeStyle: 'short' });
}
