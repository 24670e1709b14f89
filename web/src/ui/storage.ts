// What outlives the page, in this browser.
export type KeptStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** Undefined where the browser forbids it. */
export function browserStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** Keeps a value; where the storage is full or forbidden, it holds until the page is left. */
export function keep(storage: KeptStorage | undefined, key: string, value: unknown): void {
  try {
    storage?.setItem(key, JSON.stringify(value));
  } catch {
    // Nothing that a person could do about it.
  }
}

/** What was kept, whatever it is; undefined when it is nothing or cannot be read. */
export function kept(storage: KeptStorage | undefined, key: string): unknown {
  try {
    return JSON.parse(storage?.getItem(key) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** The fields of a kept object, none when it is no object. */
export function keptFields(storage: KeptStorage | undefined, key: string): ReadonlyMap<string, unknown> {
  const value = kept(storage, key);
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}
