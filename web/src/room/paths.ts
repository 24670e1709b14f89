// The addresses of a room's pages.
import { roomPath } from '../lobby/roomView';

export const TABS = ['settings', 'invitations', 'people', 'log'] as const;

export type RoomTab = (typeof TABS)[number];

export function settingsPath(roomId: string, tab: RoomTab = 'settings'): string {
  const path = `${roomPath(roomId)}/settings`;
  return tab === 'settings' ? path : `${path}/${tab}`;
}
