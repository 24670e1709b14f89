// What the page loads for a call, in a chunk of its own.
import { createPorts } from '../livekit';
import type { CallEvents } from './model';
import { createSession, type CallSession } from './session';

export { CallView as View } from './CallView';

export function startSession(ownName: string, events: CallEvents): CallSession {
  return createSession(createPorts(ownName), events);
}
