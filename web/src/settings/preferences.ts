// What a person prefers in calls, kept in this browser: switches that are on or off. An area adds its own by a line in DEFAULTS.
import { browserStorage, keep, keptFields, type KeptStorage } from '../ui/storage';
import { Store } from '../ui/store';

const KEY = 'rotunda.preferences';

export const DEFAULTS = {
  /** The microphone is on only while a key or the button is held. */
  pushToTalk: false,
  /** While the microphone is off, holding the space bar turns it on. */
  holdSpace: true,
  /** Say so when someone speaks with the microphone off. */
  warnMuted: true,
  /** A sound when someone comes or goes. */
  joinSounds: false,
  /** Shortcuts of a single key, without Ctrl or ⌘. */
  singleKeys: true,
  /** A short sound for new messages. */
  chatSound: false,
  /** Shows fewer videos while the device cannot keep up. */
  fewerVideos: true,
};

export type Preferences = Readonly<typeof DEFAULTS>;
export type PreferenceName = keyof Preferences;

export class PreferenceStore {
  readonly state: Store<Preferences>;
  readonly #storage: KeptStorage | undefined;

  constructor(storage: KeptStorage | undefined) {
    this.#storage = storage;
    this.state = new Store(read(storage));
  }

  set(name: PreferenceName, on: boolean): void {
    const preferences = { ...this.state.get(), [name]: on };
    this.state.set(preferences);
    keep(this.#storage, KEY, preferences);
  }
}

function read(storage: KeptStorage | undefined): Preferences {
  const known = [...keptFields(storage, KEY)].filter(([name, value]) => name in DEFAULTS && typeof value === 'boolean');
  return { ...DEFAULTS, ...Object.fromEntries(known) };
}

export const preferences = new PreferenceStore(browserStorage());
