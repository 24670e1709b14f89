// A sound when someone comes or goes, for whoever wants it.
import type { Notice } from '../call/model';
import type { PreferenceStore } from './preferences';

export type Coming = 'comes' | 'goes';

/** Plays what belongs to a notice, and passes the notice on. */
export function withJoinSounds(notify: (notice: Notice) => void, preferences: Pick<PreferenceStore, 'state'>, play: (what: Coming) => void): (notice: Notice) => void {
  return (notice) => {
    if (preferences.state.get().joinSounds && (notice.kind === 'joined' || notice.kind === 'left')) play(notice.kind === 'joined' ? 'comes' : 'goes');
    notify(notice);
  };
}
