// What the form for a new invitation asks.
import { DAY_MS } from '../api/invitations';

/** How long a new invitation may last; undefined is for ever. */
export const LASTING = { hour: DAY_MS / 24, day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS, ever: undefined } as const;

export type Lasting = keyof typeof LASTING;

export const LASTINGS = ['hour', 'day', 'week', 'month', 'ever'] as const satisfies readonly Lasting[];

/** As many people as the server lets one invitation bring in. */
export const MAX_USES = 10_000;

/** How many people, as typed: undefined for no limit, null for what is no number of people. */
export function usesFrom(text: string): number | undefined | null {
  const plain = text.trim();
  if (plain === '') return undefined;
  if (!/^\d{1,6}$/.test(plain)) return null;
  const uses = Number(plain);
  return uses >= 1 && uses <= MAX_USES ? uses : null;
}
