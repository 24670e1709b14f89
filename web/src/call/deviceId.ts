// The id of this tab among a person's devices. It outlives a reload, so that a reload replaces the tab's own session and no other; a duplicated tab
// gets a copy of the id and must take another, which a Web Lock held for the tab's life tells.

const KEY = 'rotunda.device';
/** A page that is just being left, in a reload, may hold its lock for a moment longer. */
const WAIT_MS = 400;

export interface DeviceIdEnvironment {
  storage: Pick<Storage, 'getItem' | 'setItem'> | undefined;
  /** Holds the name for as long as the page lives; false when another tab holds it. */
  hold: (name: string, waitMs: number) => Promise<boolean>;
  random: () => string;
}

export async function claimDeviceId(env: DeviceIdEnvironment): Promise<string> {
  const known = env.storage?.getItem(KEY);
  if (known !== null && known !== undefined && /^[A-Za-z0-9_-]{8,64}$/.test(known) && (await env.hold(`rotunda.device.${known}`, WAIT_MS)))
    return known;
  const fresh = env.random();
  env.storage?.setItem(KEY, fresh);
  await env.hold(`rotunda.device.${fresh}`, WAIT_MS);
  return fresh;
}

async function holdLock(name: string, waitMs: number): Promise<boolean> {
  const locks = (navigator as Partial<Navigator>).locks;
  if (locks === undefined) return true;
  return new Promise((resolve) => {
    locks
      .request(name, { signal: AbortSignal.timeout(waitMs) }, () => {
        resolve(true);
        return new Promise<never>(() => undefined);
      })
      .catch(() => resolve(false));
  });
}

function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

let claimed: Promise<string> | undefined;

/** The same answer for as long as the page lives. */
export function deviceId(): Promise<string> {
  claimed ??= (() => {
    let storage: Storage | undefined;
    try {
      storage = sessionStorage;
    } catch {
      storage = undefined;
    }
    return claimDeviceId({ storage, hold: holdLock, random: randomId });
  })();
  return claimed;
}
