// Addresses of the app's first version lived in the fragment, `#/app/…`; links to them still work.

/** The path that an old fragment means, or undefined when it is none. */
export function legacyPath(hash: string): string | undefined {
  const match = /^#\/app(?:\/(.*))?$/.exec(hash);
  if (match === null) return undefined;
  const rest = (match[1] ?? '').replace(/\/$/, '');
  const room = /^video\/(\w+)$/.exec(rest);
  if (room?.[1] !== undefined) return `/r/${room[1]}`;
  if (rest === 'login' || rest === 'register') return `/${rest}`;
  return '/';
}

export function followLegacyHash(): void {
  const follow = (): boolean => {
    const path = legacyPath(location.hash);
    if (path === undefined) return false;
    history.replaceState(null, '', path);
    return true;
  };
  follow();
  // An old link clicked while the app is open changes the fragment alone; the router hears of new paths by popstate.
  window.addEventListener('hashchange', () => {
    if (follow()) window.dispatchEvent(new PopStateEvent('popstate'));
  });
}
