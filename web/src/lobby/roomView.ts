// What a room offers to the person who looks at it.
import type { Room } from '../api/rooms';

export interface RoomView {
  type: 'OTA' | 'IO' | 'unknown';
  owned: boolean;
  canEnter: boolean;
  canDelete: boolean;
  /** Set where passing on the link is what lets others in. */
  link: string | undefined;
}

export function roomPath(roomId: string): string {
  return `/r/${encodeURIComponent(roomId)}`;
}

export function roomView(room: Room, userId: string | undefined, origin: string): RoomView {
  const owned = userId !== undefined && room.user === userId;
  const type = room.typeOf === 'OTA' || room.typeOf === 'IO' ? room.typeOf : 'unknown';
  return {
    type,
    owned,
    canEnter: type === 'OTA' || owned,
    canDelete: owned,
    link: type === 'IO' && owned ? origin + roomPath(room.roomId) : undefined,
  };
}

export function createdOn(room: Room, language: string): string {
  const date = new Date(room.createdOn);
  if (Number.isNaN(date.getTime())) return room.createdOn;
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(date);
}
