// The view models of one call, an area each.
import { CallModel, type CallEvents } from './model';
import type { Ports } from './port';

export interface CallSession {
  call: CallModel;
}

export function createSession(ports: Ports, events: CallEvents): CallSession {
  return { call: new CallModel(ports.call, events) };
}
