// The view models of one call, an area each.
import { StatsModel } from '../stats/model';
import { effectChoices } from '../effects/effectChoice';
import { EffectsModel } from '../effects/model';
import { CallModel, type CallEvents } from './model';
import type { Ports } from './port';

export interface CallSession {
  call: CallModel;
  stats: StatsModel;
  effects: EffectsModel;
}

export function createSession(ports: Ports, events: CallEvents): CallSession {
  return {
    call: new CallModel(ports.call, events),
    stats: new StatsModel(ports.stats),
    effects: new EffectsModel(ports.effects, effectChoices, (problem) => events.notify({ kind: 'effectProblem', problem })),
  };
}
