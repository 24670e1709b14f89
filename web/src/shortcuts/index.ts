import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { preferences } from '../settings/preferences';
import { useStore } from '../ui/store';
import { CATALOGUE, type ShortcutId } from './catalogue';
import { ariaKeys, keyName, placeOf, Shortcuts } from './shortcuts';

export const MAC = /Mac|iPhone|iPad/.test((globalThis.navigator as Partial<Navigator> | undefined)?.userAgent ?? '');

export const shortcuts = new Shortcuts({ mac: MAC, singleKeys: () => preferences.state.get().singleKeys });

/** Gives a key its meaning for as long as the component is there, and there is something to do. */
export function useShortcut(id: ShortcutId, run: (() => void) | undefined): void {
  const act = useEffectEvent(() => run?.());
  const possible = run !== undefined;
  useEffect(() => (possible ? shortcuts.register(id, () => act()) : undefined), [id, possible]);
}

/** Listens to the keyboard for as long as the component is there. */
export function useShortcutKeys(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (shortcuts.press(event, placeOf(event.target))) event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

/** What a button says of its key: the end of its tooltip, and the attribute for assistive technology. */
export function useKeyHint(id: ShortcutId | undefined): { suffix: string; aria: string | undefined } {
  const { t } = useTranslation();
  const { singleKeys } = useStore(preferences.state);
  if (id === undefined) return { suffix: '', aria: undefined };
  const keys: readonly string[] = CATALOGUE[id];
  const key = keys.find((candidate) => singleKeys || candidate.startsWith('mod+'));
  return key === undefined ? { suffix: '', aria: undefined } : { suffix: ` (${keyName(key, MAC, t('shortcuts.control'))})`, aria: ariaKeys(id, MAC, singleKeys) };
}
