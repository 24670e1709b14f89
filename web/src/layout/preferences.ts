// How a person likes the call to look in this browser: it outlives the call.
import { browserStorage, keep, keptFields, type KeptStorage } from '../ui/storage';
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

export class LayoutPreferences {
  readonly state: Store<Preferences>;
  readonly #storage: KeptStorage | undefined;

  constructor(storage: KeptStorage | undefined) {
    this.#storage = storage;
    this.state = new Store(read(storage));
  }

  set(changes: Partial<Preferences>): void {
    const preferences = { ...this.state.get(), ...changes };
    this.state.set(preferences);
    keep(this.#storage, KEY, preferences);
  }
}

function read(storage: KeptStorage | undefined): Preferences {
  const fields = keptFields(storage, KEY);
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

export const layoutPreferences = new LayoutPreferences(browserStorage());
