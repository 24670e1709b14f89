// Where in a list somebody is, as the page's address has it. In: the query and the history's state. Out: the place, and the addresses around it.
// The server knows only how a list goes on, so the way back is kept in the history: the cursors of the pages before this one.
export interface ListAddress {
  search: string;
  /** Empty for all. */
  only: string;
  /** Empty for the list's own order. */
  sort: string;
  /** About which account; empty for all. */
  account: string;
  /** The last day, as `2027-01-31`; empty for today. */
  until: string;
  /** 1 and up. */
  page: number;
  after: string | undefined;
  /** The cursors of the pages from the second to the one before this. */
  trail: readonly string[];
}

/** What a link goes to. */
export interface Place {
  to: { search: string };
  state: { trail: readonly string[] };
}

function trailOf(state: unknown): readonly string[] {
  if (typeof state !== 'object' || state === null || !('trail' in state) || !Array.isArray(state.trail)) return [];
  return state.trail.filter((cursor): cursor is string => typeof cursor === 'string');
}

export function readAddress(query: URLSearchParams, state: unknown): ListAddress {
  const after = query.get('after') ?? undefined;
  const page = Number(query.get('page') ?? NaN);
  return {
    search: query.get('search') ?? '',
    only: query.get('only') ?? '',
    sort: query.get('sort') ?? '',
    account: query.get('account') ?? '',
    until: query.get('until') ?? '',
    page: after === undefined ? 1 : Number.isInteger(page) && page >= 2 ? page : 2,
    after,
    trail: after === undefined ? [] : trailOf(state),
  };
}

export function placeOf({ page, after, trail, ...filters }: ListAddress): Place {
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== ''));
  if (after !== undefined) {
    query.set('page', String(page));
    query.set('after', after);
  }
  const text = query.toString();
  return { to: { search: text === '' ? '' : `?${text}` }, state: { trail } };
}

export function firstPlace(address: ListAddress): Place {
  return placeOf({ ...address, page: 1, after: undefined, trail: [] });
}

export function nextPlace(address: ListAddress, cursor: string): Place {
  const { page, after, trail } = address;
  return placeOf({ ...address, page: page + 1, after: cursor, trail: after === undefined ? [] : [...trail, after] });
}

/** Undefined where it is not known: on the first page, and where somebody came by an address that they were sent. */
export function previousPlace(address: ListAddress): Place | undefined {
  const { page, trail } = address;
  if (page === 2) return firstPlace(address);
  const after = trail.at(-1);
  return after === undefined || trail.length !== page - 2 ? undefined : placeOf({ ...address, page: page - 1, after, trail: trail.slice(0, -1) });
}
