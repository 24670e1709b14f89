// What somebody types and what somebody else has saved meanwhile, brought together. In: drafts of both. Out: one draft, where both have changed
// something, and what was taken over.

interface Sides<Draft> {
  /** As it was when the typing began. */
  before: Draft;
  /** As somebody else has left it. */
  now: Draft;
  typed: Draft;
  /** Known already. */
  conflicts: Partial<Draft>;
  taken: readonly (keyof Draft)[];
  differences: (one: Draft, other: Draft) => (keyof Draft)[];
}

export interface Merged<Draft> {
  draft: Draft;
  /** What the server has where both sides have changed something. */
  conflicts: Partial<Draft>;
  /** What the form takes over of the other's changes, since somebody types in it. */
  taken: readonly (keyof Draft)[];
}

/** What was typed stays; everything else is as it is now. */
export function merge<Draft extends object>({ before, now, typed, conflicts, taken, differences }: Sides<Draft>): Merged<Draft> {
  const [mine, theirs] = [differences(typed, before), differences(before, now)];
  const draft: Draft = { ...now, ...pick(typed, mine) };
  const both = differences(draft, now).filter((name) => theirs.includes(name) || name in conflicts);
  const news = theirs.filter((name) => !mine.includes(name));
  return { draft, conflicts: pick(now, both), taken: mine.length === 0 ? [] : [...new Set([...taken, ...news])] };
}

export function pick<T extends object>(from: T, names: readonly (keyof T)[]): Partial<T> {
  const picked: Partial<T> = {};
  for (const name of names) picked[name] = from[name];
  return picked;
}

export function without<T extends object>(from: Partial<T>, name: keyof T): Partial<T> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => key !== name)) as Partial<T>;
}
