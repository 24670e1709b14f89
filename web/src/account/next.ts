// Where a visitor wanted to go before the login got in between.

export function loginPath(wanted: string): string {
  return `/login?next=${encodeURIComponent(wanted)}`;
}

/** The path to go on to. Only paths of this app count: an address made by someone else must not send people elsewhere. */
export function nextPath(search: string): string {
  const next = new URLSearchParams(search).get('next');
  return next !== null && /^\/(administrator|account|admin(\/[a-z]+)?|r\/\w+(\/settings(\/[a-z]+)?|\?invitation=[\w-]+)?)$/.test(next) ? next : '/';
}
