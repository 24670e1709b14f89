import { createContext, use } from 'react';
import type { Talk } from './talk';

/** For what stands on tiles, which are drawn far below the call's view. */
export const TalkContext = createContext<Talk | undefined>(undefined);

export function useTalk(): Talk {
  const talk = use(TalkContext);
  if (talk === undefined) throw new Error('outside of a call');
  return talk;
}
