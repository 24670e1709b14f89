// What outlives the page, in this browser.
export type KeptStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** Undefined where the browser forbids it. */
export function browserStorage(): KeptStorage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
