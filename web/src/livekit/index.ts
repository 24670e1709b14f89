// The ports on top of livekit-client. This folder is the only place that knows the library.
import { Room } from 'livekit-client';
import type { Ports } from '../call/port';
import { LivekitCall, roomOptions } from './call';
import { LivekitEffects } from './effects';
import { Pictures } from './pictures';
import { LivekitSaver } from './saver';
import { LivekitStats } from './stats';
import { LivekitTalk } from './talk';

export function createPorts(ownName: string): Omit<Ports, 'readHistory'> {
  const room = new Room(roomOptions());
  const pictures = new Pictures(room);
  return { call: new LivekitCall(room, pictures, ownName), stats: new LivekitStats(room), effects: new LivekitEffects(room), talk: new LivekitTalk(room), saver: new LivekitSaver(room, pictures) };
}
