// The name that a guest types before the call, from this browser's memory to the click on Join.
import { useRef, useState, type RefObject } from 'react';
import { cleanName, nameProblem, rememberedName, rememberName, type NameProblem } from './name';

export interface GuestName {
  /** As typed. */
  text: string;
  /** What to say about it, once there is a reason to. */
  problem: NameProblem | undefined;
  field: RefObject<HTMLInputElement | null>;
  change: (text: string) => void;
  /** The name to come under, remembered for the next time; undefined when there is none yet, and then the field says so. */
  take: () => string | undefined;
}

export function useGuestName(): GuestName {
  const [text, setText] = useState(() => rememberedName());
  const [tried, setTried] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const problem = nameProblem(text);
  return {
    text,
    problem: tried || problem === 'tooLong' ? problem : undefined,
    field,
    change: setText,
    take: () => {
      setTried(true);
      if (problem !== undefined) {
        field.current?.focus();
        return undefined;
      }
      const name = cleanName(text);
      rememberName(name);
      return name;
    },
  };
}
