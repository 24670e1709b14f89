import { useEffect, useState } from 'react';

const TICK_MS = 30_000;

/** The time, to within half a minute, for what changes its words when that passes. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const id = setInterval(() => setNow(new Date()), TICK_MS);
    return () => clearInterval(id);
  }, []);
  return now;
}
