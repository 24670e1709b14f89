// The door of the room whose call is shown, for the views that hang in other areas: the list of people, the bar of buttons.
import { createContext, useContext } from 'react';
import { useStore } from '../ui/store';
import { Door } from './door';

const never = () => Promise.reject(new Error('no room'));

/** Where nothing else is given: a door in front of which nobody waits. */
export const DoorContext = createContext<Door>(
  new Door({ list: never, decide: never, admitAll: never, listen: () => undefined, ring: () => undefined, failed: () => undefined }),
);

export const useDoor = () => useContext(DoorContext);

/** How many people wait. */
export function useWaitingCount(): number {
  return useStore(useDoor().state).people.length;
}
