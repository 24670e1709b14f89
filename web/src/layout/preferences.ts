// How a person likes the call to look in this browser: it outlives the call.
import { Store } from '../ui/store';
import { CORNERS, type Corner } from './corner';

const KEY = 'rotunda.layout';

/** `auto` is the grid, with the stage for what is shared; `grid` never has a stage of its own accord; `speaker` always has one. */
export const VIEWS = ['auto', 'grid', 'speaker'] as const;
export type View = (typeof VIEWS)[number];

export interface Preferences {
  view: View;
  /** The own picture is not shown; the others see it all the same. */
  selfHidden: boolean;
  /** The own picture floats over the others even when there is a place for it among them. */
  selfFloats: boolean;
  /** The own picture is shown as in a mirror. */
  mirrored: boolean;
  corner: Corner;
}

export const DEFAULTS: Preferences = { view: 'auto', selfHidden: false, selfFloats: false, mirrored: true, corner: 'bottomRight' };

type PreferenceStorage = Pick<Storage, 'getItem' | 'setItem'>;

export class LayoutPreferences {
  readonly state: Store<Preferences>;
  readonly #storage: PreferenceStorage | undefined;

  constructor(storage: PreferenceStorage | undefined) {
    this.#storage = storage;
    this.state = new Store(read(storage));
  }

  set(changes: Partial<Preferences>): void {
    const preferences = { ...this.state.get(), ...changes };
    this.state.set(preferences);
    try {
      this.#storage?.setItem(KEY, JSON.stringify(preferences));
    } catch {
      // A full or forbidden storage: it holds until the page is left.
    }
  }
}

function read(storage: PreferenceStorage | undefined): Preferences {
  let stored: unknown;
  try {
    stored = JSON.parse(storage?.getItem(KEY) ?? '{}');
  } catch {
    return DEFAULTS;
  }
  if (typeof stored !== 'object' || stored === null) return DEFAULTS;
  const fields = new Map<string, unknown>(Object.entries(stored));
  const flag = (name: 'selfHidden' | 'selfFloats' | 'mirrored') => {
    const value = fields.get(name);
    return typeof value === 'boolean' ? value : DEFAULTS[name];
  };
  return {
    view: VIEWS.find((view) => view === fields.get('view')) ?? DEFAULTS.view,
    selfHidden: flag('selfHidden'),
    selfFloats: flag('selfFloats'),
    mirrored: flag('mirrored'),
    corner: CORNERS.find((corner) => corner === fields.get('corner')) ?? DEFAULTS.corner,
  };
}

function browserStorage(): PreferenceStorage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

export const layoutPreferences = new LayoutPreferences(browserStorage());
