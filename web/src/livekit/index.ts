// The ports on top of livekit-client. This folder is the only place that knows the library.
import { Room, RoomEvent } from 'livekit-client';
import type { Ports } from '../call/port';
import { LivekitCall, roomOptions } from './call';
import { Capture } from '../devices/capture';
import { deviceChoices } from '../devices/deviceChoice';
import { deviceList } from '../devices/deviceList';
import { browserDevices } from '../devices/devices';
import { onPageReturn } from '../devices/pageReturn';
import { LivekitEffects } from './effects';
import { LivekitOutlet } from './outlet';
import { Pictures } from './pictures';
import { LivekitSaver } from './saver';
import { followSpeaker } from './speaker';
import { LivekitStats } from './stats';
import { LivekitTalk } from './talk';

export function createPorts(ownName: string): Omit<Ports, 'readHistory'> {
  const room = new Room(roomOptions());
  const pictures = new Pictures(room);
  const outlet = new LivekitOutlet(room, (camera) => effects.prepareCamera(camera));
  const capture = new Capture(outlet, { devices: browserDevices, choices: deviceChoices, list: deviceList, hidden: () => document.hidden, onReturn: onPageReturn });
  const effects: LivekitEffects = new LivekitEffects(room, { renewMicrophone: () => capture.renew('microphone'), cameraOff: () => capture.set('camera', false) });
  const unfollow = followSpeaker(room, deviceChoices, deviceList);
  room.on(RoomEvent.Disconnected, () => {
    capture.close();
    unfollow();
  });
  return { devices: capture, call: new LivekitCall(room, pictures, outlet, capture, ownName), stats: new LivekitStats(room), effects, talk: new LivekitTalk(room), saver: new LivekitSaver(room, pictures) };
}
