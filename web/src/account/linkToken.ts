// The secret in a link that the server made: behind the `#`, so that it reaches no server's log. It is taken out of the address at once, and stays in this
// tab until it was used, over a reload and a login.

export type LinkKind = 'reset' | 'administrator';

interface Place {
  location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  history: Pick<History, 'replaceState' | 'state'>;
  sessionStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

const TOKEN = /^[\w-]{20,128}$/;
const key = (kind: LinkKind) => `rotunda.link.${kind}`;

/** The token of the page's address, or the one that is kept from before. */
export function takeToken(kind: LinkKind, { location, history, sessionStorage }: Place = window): string | undefined {
  const token = location.hash.slice(1);
  if (!TOKEN.test(token)) return sessionStorage.getItem(key(kind)) ?? undefined;
  sessionStorage.setItem(key(kind), token);
  history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}

export function forgetToken(kind: LinkKind, { sessionStorage }: Pick<Place, 'sessionStorage'> = window): void {
  sessionStorage.removeItem(key(kind));
}
