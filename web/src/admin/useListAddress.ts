import { useEffect, useMemo, useState } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { useSettled } from '../ui/useSettled';
import { firstPlace, readAddress, type ListAddress } from './listAddress';

/** Where in its list the page is. */
export function useListAddress(): ListAddress {
  const [query] = useSearchParams();
  const { state } = useLocation() as { state: unknown };
  return useMemo(() => readAddress(query, state), [query, state]);
}

/** Typing rests this long before the search is sent. */
const SEARCH_DELAY_MS = 250;

/** The search box of a list. What rests in it goes into the address; the way back through the history comes back into the box. */
export function useSearchBox(address: ListAddress) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState(address.search);
  const [shown, setShown] = useState(address.search);
  if (shown !== address.search) {
    setShown(address.search);
    if (typed.trim() !== address.search) setTyped(address.search);
  }
  const settled = useSettled(typed.trim(), SEARCH_DELAY_MS);
  useEffect(() => {
    if (settled !== typed.trim() || settled === address.search) return;
    const { to, state } = firstPlace({ ...address, search: settled });
    // One step back in the history for a whole search, not for each of its words.
    void navigate(to, { state, replace: address.search !== '' && settled !== '' });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- when typing rests, not when the address changes
  }, [settled]);
  return { typed, setTyped };
}
