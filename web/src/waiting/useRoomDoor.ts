import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { caller, knocks } from '../api';
import { statusOf } from '../api/errors';
import type { Room } from '../api/rooms';
import { isHost } from '../call/roomState';
import type { CallState } from '../call/model';
import { deviceChoices } from '../devices/deviceChoice';
import { playChime } from '../devices/speaker';
import { refusalText } from '../host/refusal';
import { i18next } from '../i18n';
import { preferences } from '../settings/preferences';
import { toasts } from '../ui/toasts';
import { browserListen, roomEvents } from './browser';
import { Door } from './door';

function tellFailure(error: unknown, name: string | undefined): void {
  const { t } = i18next;
  const late = statusOf(error) === 409 && name !== undefined;
  toasts.show('error', late ? t('waiting.decided', { name }) : refusalText(t, error));
}

function createDoor(room: Pick<Room, 'id' | 'roomId'>, someone: string): Door {
  return new Door({
    list: (signal) => knocks.list(room.id, signal),
    decide: (knock, decision) => knocks.decide(room.id, knock, decision),
    admitAll: () => knocks.admitAll(room.id),
    listen: browserListen(roomEvents(room.roomId), caller.bearer),
    ring: () => {
      if (preferences.state.get().joinSounds) void playChime(deviceChoices.state.get().speaker).catch(() => undefined);
    },
    failed: (error, person) => tellFailure(error, person === undefined ? undefined : person.name === '' ? someone : person.name),
  });
}

/** The door of this room, watched for as long as the view is there and this person has a say. */
export function useRoomDoor(room: Pick<Room, 'id' | 'roomId'>, state: CallState): Door {
  const { t } = useTranslation();
  const [door] = useState(() => createDoor(room, t('waiting.someone')));
  const watch = state.room.waitingRoom && isHost(state.room, state.local.identity);
  useEffect(() => door.watch(watch), [door, watch]);
  useEffect(() => () => door.watch(false), [door]);
  return door;
}
