// The call's keyboard shortcuts: areas say what a key does, the window's keydowns come in. A key without Ctrl or ⌘ does nothing while someone types or has
// a dialog or a menu open, and can be switched off altogether (WCAG 2.1.4).
import { Store } from '../ui/store';
import { CATALOGUE, SHORTCUT_IDS, type ShortcutId } from './catalogue';

/** Where the focus is when a key is pressed. */
export type Place = 'page' | 'typing' | 'popup';

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat' | 'defaultPrevented'>;

export interface ShortcutEnvironment {
  mac: boolean;
  /** Whether keys without Ctrl or ⌘ count. */
  singleKeys: () => boolean;
}

export class Shortcuts {
  /** Those that do something at the moment, in the catalogue's order. */
  readonly active = new Store<readonly ShortcutId[]>([]);
  readonly #env: ShortcutEnvironment;
  readonly #actions = new Map<ShortcutId, () => void>();

  constructor(env: ShortcutEnvironment) {
    this.#env = env;
  }

  /** Gives a key its meaning until the returned function is called. */
  register(id: ShortcutId, run: () => void): () => void {
    this.#actions.set(id, run);
    this.#tell();
    return () => {
      if (this.#actions.get(id) !== run) return;
      this.#actions.delete(id);
      this.#tell();
    };
  }

  /** Does what the key is for; false when it is for nothing, and the browser shall have it. */
  press(event: KeyPress, place: Place): boolean {
    if (event.repeat || event.defaultPrevented || event.altKey) return false;
    const mod = this.#env.mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
    if (!mod && (event.ctrlKey || event.metaKey || place !== 'page' || !this.#env.singleKeys())) return false;
    const pressed = mod ? `mod+${letterOf(event)}` : letterOf(event);
    const id = SHORTCUT_IDS.find((candidate) => CATALOGUE[candidate].some((key) => key === pressed));
    const run = id === undefined ? undefined : this.#actions.get(id);
    run?.();
    return run !== undefined;
  }

  /** As if its key were pressed. */
  run(id: ShortcutId): void {
    this.#actions.get(id)?.();
  }

  #tell(): void {
    this.active.set(SHORTCUT_IDS.filter((id) => this.#actions.has(id)));
  }
}

/** The letter on the key; on a keyboard of another script, the one that the key has on a Latin one. */
function letterOf({ key, code }: Pick<KeyPress, 'key' | 'code'>): string {
  const foreign = key.length === 1 && key > '\u007f';
  return foreign && code.startsWith('Key') ? code.slice(3).toLowerCase() : key.toLowerCase();
}

const TYPING = 'textarea, select, [contenteditable=""], [contenteditable="true"], [role="textbox"], [role="searchbox"], [role="combobox"], [role="spinbutton"]';
const NOT_TYPED_INTO = new Set(['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit']);

export function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof Element)) return 'page';
  if (target instanceof HTMLInputElement ? !NOT_TYPED_INTO.has(target.type) : target.matches(TYPING)) return 'typing';
  return target.closest('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]') === null ? 'page' : 'popup';
}

/** How a key is written for people, as in "Ctrl+D"; `control` is what that key is called. */
export function keyName(key: string, mac: boolean, control: string): string {
  const name = key.replace(/^mod\+/, '').toUpperCase();
  if (!key.startsWith('mod+')) return name;
  return mac ? `⌘${name}` : `${control}+${name}`;
}

/** The value of aria-keyshortcuts. */
export function ariaKeys(id: ShortcutId, mac: boolean, singleKeys: boolean): string {
  const keys: readonly string[] = CATALOGUE[id];
  return keys
    .filter((key) => singleKeys || key.startsWith('mod+'))
    .map((key) => key.replace('mod', mac ? 'Meta' : 'Control'))
    .map((key) => key.replace(/(^|\+)([a-z])$/, (_, before: string, letter: string) => before + letter.toUpperCase()))
    .join(' ');
}
