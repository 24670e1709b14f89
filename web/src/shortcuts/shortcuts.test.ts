import { describe, expect, it, vi } from 'vitest';
import { CATALOGUE } from './catalogue';
import { ariaKeys, keyName, Shortcuts, type KeyPress } from './shortcuts';

function press(key: string, changes: Partial<KeyPress> = {}): KeyPress {
  return { key, code: '', ctrlKey: false, metaKey: false, altKey: false, repeat: false, defaultPrevented: false, ...changes };
}

function keyboard({ mac = false, singleKeys = true } = {}) {
  const shortcuts = new Shortcuts({ mac, singleKeys: () => singleKeys });
  const run = vi.fn();
  shortcuts.register('microphone', run);
  return { shortcuts, run };
}

describe('the catalogue of keys', () => {
  const keys: string[] = Object.values(CATALOGUE).flat();

  it('gives no key two meanings', () => {
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it('has keys that a page may take: one character, lower case, and none that moves the focus, presses buttons, copies or closes', () => {
    for (const key of keys) expect(key).toMatch(/^(mod\+)?[^\sA-Z]$/u);
    for (const taken of 'acvxzqtwnrfplsk') expect(keys).not.toContain(`mod+${taken}`);
  });
});

describe('a pressed key', () => {
  it.each([
    ['M', press('m'), 'page', true],
    ['M with the shift lock', press('M'), 'page', true],
    ['M on a Cyrillic keyboard', press('ь', { code: 'KeyM' }), 'page', true],
    ['Ctrl+D', press('d', { ctrlKey: true }), 'page', true],
    ['Ctrl+D in a field', press('d', { ctrlKey: true }), 'typing', true],
    ['M in a field', press('m'), 'typing', false],
    ['M in a menu', press('m'), 'popup', false],
    ['M that is held', press('m', { repeat: true }), 'page', false],
    ['M that a widget has taken', press('m', { defaultPrevented: true }), 'page', false],
    ['Ctrl+M', press('m', { ctrlKey: true }), 'page', false],
    ['Alt+M', press('m', { altKey: true }), 'page', false],
    ['⌘D away from a Mac', press('d', { metaKey: true }), 'page', false],
    ['a key without meaning', press('z'), 'page', false],
  ] as const)('%s', (_, event, place, does) => {
    const { shortcuts, run } = keyboard();
    expect(shortcuts.press(event, place)).toBe(does);
    expect(run).toHaveBeenCalledTimes(does ? 1 : 0);
  });

  it('is ⌘ on a Mac, where Ctrl+D edits text', () => {
    const { shortcuts } = keyboard({ mac: true });
    expect(shortcuts.press(press('d', { ctrlKey: true }), 'page')).toBe(false);
    expect(shortcuts.press(press('d', { metaKey: true }), 'page')).toBe(true);
  });

  it('counts only with Ctrl where single keys are off', () => {
    const { shortcuts, run } = keyboard({ singleKeys: false });
    shortcuts.press(press('m'), 'page');
    expect(run).not.toHaveBeenCalled();
    shortcuts.press(press('d', { ctrlKey: true }), 'page');
    expect(run).toHaveBeenCalledOnce();
  });

  it('means nothing once its area is gone, and the newer meaning stays when the older area goes', () => {
    const shortcuts = new Shortcuts({ mac: false, singleKeys: () => true });
    const [older, newer] = [vi.fn(), vi.fn()];
    const gone = shortcuts.register('chat', older);
    const goneToo = shortcuts.register('chat', newer);
    gone();
    expect(shortcuts.active.get()).toEqual(['chat']);
    shortcuts.press(press('c'), 'page');
    expect(newer).toHaveBeenCalledOnce();
    goneToo();
    expect(shortcuts.active.get()).toEqual([]);
    expect(shortcuts.press(press('c'), 'page')).toBe(false);
  });
});

describe('keys in words', () => {
  it('are written as on the keyboard', () => {
    expect(keyName('mod+d', false, 'Strg')).toBe('Strg+D');
    expect(keyName('mod+d', true, 'Strg')).toBe('⌘D');
    expect(keyName('?', false, 'Strg')).toBe('?');
    expect(ariaKeys('microphone', false, true)).toBe('M Control+D');
    expect(ariaKeys('microphone', true, false)).toBe('Meta+D');
  });
});
