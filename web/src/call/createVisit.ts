// A visit to a room in the real browser: as the account that is logged in, or as a guest.
import { caller, rooms, session } from '../api';
import { statusOf } from '../api/errors';
import type { Room } from '../api/rooms';
import { browserDevices, LocalMedia } from '../devices/devices';
import { deviceChoices } from '../devices/deviceChoice';
import { browserGuest } from '../guest/browser';
import { rememberedName } from '../guest/name';
import { i18next } from '../i18n';
import { upgrade } from '../ui/upgrade';
import { browserListen, roomEvents } from '../waiting/browser';
import { Knock } from '../waiting/knock';
import { waitsFor } from '../waiting/waits';
import type { CallViewProps } from './CallView';
import { deviceId } from './deviceId';
import { browserServerBack, serverBack } from './serverBack';
import { tell } from './tell';
import { Visit } from './visit';

export type View = React.ComponentType<CallViewProps>;

export interface RoomVisit {
  visit: Visit<View>;
  media: LocalMedia;
  /** Says under which name a guest comes. */
  setGuestName: (name: string) => void;
  /** Begins; returns what leaves. */
  begin: () => () => void;
}

const HOSTS = ['owner', 'cohost'];

export function createVisit(roomId: string, invitation: string | undefined, asGuest: boolean): RoomVisit {
  const media = new LocalMedia(browserDevices, deviceChoices);
  const guest = asGuest ? browserGuest(roomId) : undefined;
  // After a reload of the tab nobody types it again.
  let guestName = guest === undefined ? '' : rememberedName();
  const waits = waitsFor(roomId);
  const join = async () => {
    await guest?.enter(guestName, invitation);
    return rooms.join(roomId, await deviceId(), guest === undefined ? invitation : undefined);
  };
  const requestGrant = async () => {
    try {
      return await join();
    } catch (error) {
      // A guest's session that has ended is followed by another one, or by words about why there is none.
      if (guest === undefined || statusOf(error) !== 401) throw error;
      return join();
    }
  };
  const visit = new Visit<View>(roomId, {
    findRoom: (id, signal) => rooms.get(id, signal),
    requestGrant,
    asks: (room: Room) => room.waitingRoom && !HOSTS.includes(room.role ?? ''),
    // A guest has no name yet.
    known: guest === undefined,
    turnedAway: (room) => (guest !== undefined && !room.allowGuests ? 'noGuests' : undefined),
    knock: (hostPresent) =>
      new Knock(hostPresent, {
        ask: requestGrant,
        listen: browserListen(roomEvents(roomId), caller.bearer),
        leave: () => rooms.stopWaiting(roomId),
        sleep: browserServerBack.sleep,
      }),
    waits: { get: () => (guest === undefined || guestName !== '') && waits.get(), set: (is) => waits.set(is) },
    loadCall: () => import('./callChunk'),
    media,
    ownName: () => {
      const state = session.state.get();
      return guest !== undefined ? guestName : state.status === 'signedIn' ? state.user.name : '';
    },
    now: () => performance.now(),
    notify: (notice) => tell(notice, i18next.t),
    inCall: (inCall) => upgrade.setInCall(inCall),
    serverBack: (signal) => serverBack(signal, browserServerBack),
  });
  return {
    visit,
    media,
    setGuestName: (name) => {
      guestName = name;
    },
    begin: () => {
      const asAccount = guest === undefined ? undefined : caller.become(guest);
      visit.start();
      return () => {
        visit.stop();
        asAccount?.();
      };
    },
  };
}
