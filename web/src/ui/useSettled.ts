import { useEffect, useState } from 'react';

/** The value once it has rested; an empty one at once. */
export function useSettled(value: string, ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const id = setTimeout(() => setSettled(value), value === '' ? 0 : ms);
    return () => clearTimeout(id);
  }, [value, ms]);
  return settled;
}
