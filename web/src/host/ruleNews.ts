// What a host's decision changes for the person in front of the screen, so that nobody wonders why a button stopped working. In: the call's state.
// Out: each change, once.
import { accountOf } from '../call/avatar';
import type { CallState } from '../call/model';
import { roleOf, type HostRole, type RoomState } from '../call/roomState';
import type { Readable } from '../ui/store';

export type RuleNews = 'chatOff' | 'chatOn' | 'shareOff' | 'shareOn' | 'unmuteOff' | 'unmuteOn' | 'becameOwner' | 'becameCohost' | 'becameNobody';

type Known = Pick<RoomState, 'chatDisabled' | 'shareDisabled' | 'unmuteDisabled'> & { role: HostRole | undefined };

const RULES = [
  ['chatDisabled', 'chatOff', 'chatOn'],
  ['shareDisabled', 'shareOff', 'shareOn'],
  ['unmuteDisabled', 'unmuteOff', 'unmuteOn'],
] as const;

export function watchRules(call: Readable<CallState>, tell: (news: RuleNews) => void): void {
  let known: Known | undefined;
  const look = () => {
    const { phase, room, local } = call.get();
    if (phase !== 'connected' || room.version === 0) return;
    const now: Known = { ...room, role: roleOf(room, accountOf(local.identity)) };
    const before = known;
    known = now;
    if (before === undefined) {
      // Whoever comes in with an open microphone finds it closed.
      if (now.role === undefined && now.unmuteDisabled) tell('unmuteOff');
    } else if (before.role !== now.role) {
      tell(now.role === 'owner' ? 'becameOwner' : now.role === 'cohost' ? 'becameCohost' : 'becameNobody');
    } else if (now.role === undefined) {
      for (const [rule, off, on] of RULES) if (before[rule] !== now[rule]) tell(now[rule] ? off : on);
    }
  };
  call.subscribe(look);
  look();
}
