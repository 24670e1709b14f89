// Times as people type them into the browser's own field for date and time, and as the server has them. In: either. Out: the other. The field
// knows no zone: what is typed is meant in the zone of this browser.

/** `2026-11-30T14:00` in this browser's zone; empty for no time, and for what is none. */
export function toField(iso: string | null): string {
  const at = new Date(iso ?? NaN);
  if (Number.isNaN(at.getTime())) return '';
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** RFC 3339 in UTC; null for an empty field, undefined for what no time is. */
export function fromField(text: string): string | null | undefined {
  if (text === '') return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** The zone by its name, as `Europe/Berlin`. */
export function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The end of a day that is given as `2027-01-31`, in this browser's zone; undefined for what no day is. */
export function endOfDay(day: string): string | undefined {
  const begin = new Date(`${day}T00:00`);
  if (Number.isNaN(begin.getTime())) return undefined;
  return new Date(begin.getFullYear(), begin.getMonth(), begin.getDate() + 1).toISOString();
}
