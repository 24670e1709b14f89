// What the page loads for a call, in a chunk of its own.
import { messages } from '../api';
import type { Room } from '../api/rooms';
import { createPorts } from '../livekit';
import { historyOf } from '../talk/history';
import type { CallEvents } from './model';
import { createSession, type CallSession } from './session';

export { CallView as View } from './CallView';

export function startSession(ownName: string, room: Room, events: CallEvents): CallSession {
  return createSession({ ...createPorts(ownName), readHistory: historyOf(messages, room.roomId) }, events);
}
