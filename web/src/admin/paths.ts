// The addresses of the administration's pages.
export const TABS = ['overview', 'calls', 'users', 'rooms', 'invitations', 'log', 'settings'] as const;

export type AdminTab = (typeof TABS)[number];

/** Pages that open one of their things under an address of its own. */
const WITH_ITEMS: readonly AdminTab[] = ['calls', 'rooms'];

/** The page that an address means; undefined for none. */
export function tabOf(named: string | undefined, item: string | undefined): AdminTab | undefined {
  const tab = TABS.find((known) => known === (named ?? 'overview'));
  return tab !== undefined && item !== undefined && !WITH_ITEMS.includes(tab) ? undefined : tab;
}

/** The log of what an account did and what was done to it. */
export const logOf = (account: number): string => `${adminPath('log')}?account=${account}`;

export function adminPath(tab: AdminTab, item?: string | number): string {
  const path = tab === 'overview' ? '/admin' : `/admin/${tab}`;
  return item === undefined ? path : `${path}/${encodeURIComponent(item)}`;
}
