// Finding someone in a long list of people.

/** With fewer people a search field would only be in the way. */
export const SEARCH_FROM = 9;

export function matching<T extends { name: string }>(people: readonly T[], search: string): readonly T[] {
  const wanted = search.trim().toLocaleLowerCase();
  return wanted === '' ? people : people.filter((person) => person.name.toLocaleLowerCase().includes(wanted));
}
