// What a room offers to the person who looks at it.
import type { Room } from '../api/rooms';

export interface RoomView {
  type: 'OTA' | 'IO' | 'unknown';
  owned: boolean;
  canEnter: boolean;
  canDelete: boolean;
  /** Whether others come in by links that this person makes. */
  invites: boolean;
}

export function roomPath(roomId: string): string {
  return `/r/${encodeURIComponent(roomId)}`;
}

export function roomView(room: Room, userId: string | undefined): RoomView {
  const owned = userId !== undefined && room.user === userId;
  const type = room.typeOf === 'OTA' || room.typeOf === 'IO' ? room.typeOf : 'unknown';
  return {
    type,
    owned,
    // The list has invite-only rooms for those who belong to them.
    canEnter: type !== 'unknown' || owned,
    canDelete: owned,
    invites: type === 'IO' && owned,
  };
}

export function createdOn(room: Room, language: string): string {
  const date = new Date(room.createdOn);
  if (Number.isNaN(date.getTime())) return room.createdOn;
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(date);
}
