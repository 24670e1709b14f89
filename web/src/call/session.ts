// The view models of one call, an area each.
import { StatsModel } from '../stats/model';
import { effectChoices } from '../effects/effectChoice';
import { EffectsModel } from '../effects/model';
import { createTalk, type Talk } from '../talk/talk';
import { CallModel, type CallEvents } from './model';
import type { Ports } from './port';

export interface CallSession {
  call: CallModel;
  stats: StatsModel;
  effects: EffectsModel;
  talk: Talk;
}

export function createSession(ports: Ports, events: CallEvents): CallSession {
  const call = new CallModel(ports.call, events);
  return {
    call,
    stats: new StatsModel(ports.stats),
    effects: new EffectsModel(ports.effects, effectChoices, (problem) => events.notify({ kind: 'effectProblem', problem })),
    talk: createTalk(ports.talk, call.state, ports.readHistory),
  };
}
