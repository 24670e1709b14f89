// The call's way to the room's settings: a new tab, so that the call goes on.
import type { TFunction } from 'i18next';
import type { MenuEntry } from '../call/MoreMenu';
import { isHost, type RoomState } from '../call/roomState';
import { SlidersIcon } from '../ui/icons';

/** For hosts; nobody else has any. */
export function roomEntry(room: RoomState, identity: string, t: TFunction): MenuEntry[] {
  if (!isHost(room, identity)) return [];
  const path = /^\/r\/\w+/.exec(location.pathname)?.[0];
  if (path === undefined) return [];
  return [{ id: 'room-settings', icon: <SlidersIcon />, label: t('room.open'), onClick: () => window.open(`${path}/settings`, '_blank', 'noopener') }];
}
