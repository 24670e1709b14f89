// @vitest-environment jsdom
import { expect, it } from 'vitest';
import { placeOf } from './shortcuts';

it.each([
  ['<button>x</button>', 'page'],
  ['<input type="checkbox">', 'page'],
  ['<input>', 'typing'],
  ['<input type="search">', 'typing'],
  ['<textarea></textarea>', 'typing'],
  ['<select></select>', 'typing'],
  ['<div role="textbox"></div>', 'typing'],
  ['<div role="dialog"><button id="in">x</button></div>', 'popup'],
  ['<ul role="menu"><li id="in" role="menuitem">x</li></ul>', 'popup'],
  ['<div role="dialog"><input id="in"></div>', 'typing'],
])('%s is %s', (markup, place) => {
  document.body.innerHTML = markup;
  expect(placeOf(document.getElementById('in') ?? document.body.firstElementChild)).toBe(place);
});

it('nowhere is the page', () => {
  expect(placeOf(null)).toBe('page');
  expect(placeOf(window)).toBe('page');
});
