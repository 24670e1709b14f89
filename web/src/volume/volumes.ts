// How loud each person is for oneself, remembered in this browser by their account. It is the volume of the audio element, 0 to 100 %: a louder one
// would need the sound to go through Web Audio, where some browsers' echo cancellation no longer hears it, so that the others would hear themselves.
import { browserStorage, keep, kept, type KeptStorage } from '../ui/storage';
import { Store } from '../ui/store';

const KEY = 'rotunda.volumes';
/** Those set last are kept. */
const MAX_REMEMBERED = 200;

export interface Volume {
  /** 0 to 1. */
  level: number;
  muted: boolean;
}

export const FULL: Volume = { level: 1, muted: false };

export class Volumes {
  /** By account; who is missing is at full volume. In the order in which they were set. */
  readonly state: Store<ReadonlyMap<string, Volume>>;
  readonly #storage: KeptStorage | undefined;

  constructor(storage: KeptStorage | undefined) {
    this.#storage = storage;
    this.state = new Store<ReadonlyMap<string, Volume>>(readVolumes(storage));
  }

  of(account: string): Volume {
    return this.state.get().get(account) ?? FULL;
  }

  set(account: string, changes: Partial<Volume>): void {
    const volume = { ...this.of(account), ...changes };
    const all = new Map(this.state.get());
    all.delete(account);
    if (volume.level !== FULL.level || volume.muted) all.set(account, volume);
    for (const oldest of [...all.keys()].slice(0, Math.max(0, all.size - MAX_REMEMBERED))) all.delete(oldest);
    this.state.set(all);
    keep(this.#storage, KEY, [...all].map(([who, { level, muted }]) => [who, level, muted]));
  }
}

function readVolumes(storage: KeptStorage | undefined): ReadonlyMap<string, Volume> {
  const stored = kept(storage, KEY);
  const all = new Map<string, Volume>();
  if (!Array.isArray(stored)) return all;
  for (const entry of stored.slice(-MAX_REMEMBERED) as unknown[]) {
    if (!Array.isArray(entry)) continue;
    const [account, level, muted] = entry as unknown[];
    if (typeof account === 'string' && typeof level === 'number' && level >= 0 && level <= 1) all.set(account, { level, muted: muted === true });
  }
  return all;
}

/** Some phones leave the volume to their buttons: setting it does nothing there. */
export function canSetVolume(): boolean {
  const probe = document.createElement('audio');
  probe.volume = 0.5;
  return probe.volume === 0.5;
}

export const volumes = new Volumes(browserStorage());
