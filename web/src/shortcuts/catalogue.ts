// Every key of the call, in the order of the help dialog. An area adds a line here and one in i18n `shortcuts.action`, and brings what the key does
// with `useShortcut`. `mod` is Ctrl, or ⌘ on a Mac.
export const CATALOGUE = {
  microphone: ['m', 'mod+d'],
  camera: ['v', 'mod+e'],
  share: ['s'],
  hand: ['h'],
  chat: ['c'],
  people: ['p'],
  layout: ['l'],
  fullScreen: ['f'],
  stats: ['i'],
  settings: [','],
  help: ['?'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

export type ShortcutId = keyof typeof CATALOGUE;

export const SHORTCUT_IDS = Object.keys(CATALOGUE).filter((id): id is ShortcutId => id in CATALOGUE);
