// The app in other languages: it follows the browser, a person chooses another and keeps it, guests too; Arabic is read from right to left; nothing is
// left in English; and nowhere do long words push a page sideways.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { call, createRoom, register } from './lib/api.mjs';
import { connected, loginInApp } from './lib/app.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { LOOKS } from './lib/media.mjs';
import { startServer } from './lib/server.mjs';

const PHONE = { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true };
const OWNER = 'Ada Lovelace';

describe('languages', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let browser;
  let path = '';

  before(async () => {
    server = await startServer();
    browser = await launchChromium({ look: LOOKS[0] });
    const { access } = await register(server.url, OWNER);
    const room = await createRoom(server.url, access, 'Agora');
    path = `/r/${room.roomId}`;
    await call(`${server.url}/api/rooms/${room.id}/`, { method: 'PATCH', access, body: { allowGuests: true } });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  const page = (/** @type {string} */ locale, /** @type {object} */ options = {}) => newPage(browser, { locale, viewport: { width: 1280, height: 800 }, ...options });
  const title = (/** @type {import('playwright-core').Page} */ of) => of.getByTestId('nav-title').innerText();
  const frame = (/** @type {import('playwright-core').Page} */ of) => of.evaluate(() => ({ lang: document.documentElement.lang, dir: document.documentElement.dir }));

  test('the page speaks what the browser asks for, and what a person chooses for good', async () => {
    const german = await page('de-AT');
    await german.goto(`${server.url}/`);
    await german.getByTestId('anonymous-hint').waitFor();
    assert.deepEqual(await frame(german), { lang: 'de', dir: 'ltr' });
    assert.match(await german.getByTestId('anonymous-hint').innerText(), /Räume|Raum/);

    await german.getByTestId('menu-button').click();
    await german.getByTestId('menu-language').click();
    assert.equal(await german.locator('[role="menuitemradio"][data-testid^="language-"]').count(), 11, 'ten languages, and what the browser asks for');
    await assertAccessible(german, 'the menu of languages');
    await german.getByTestId('language-ja').click();
    await german.locator('html[lang="ja"]').waitFor();
    await german.reload();
    await german.getByTestId('anonymous-hint').waitFor();
    assert.deepEqual(await frame(german), { lang: 'ja', dir: 'ltr' });

    await german.getByTestId('menu-button').click();
    await german.getByTestId('menu-language').click();
    await german.getByTestId('language-browser').click();
    await german.locator('html[lang="de"]').waitFor();
    await german.context().close();
  });

  test('a language that nobody translated gets English', async () => {
    const dutch = await page('nl-NL');
    await dutch.goto(`${server.url}/login`);
    await dutch.getByTestId('login-submit').waitFor();
    assert.deepEqual(await frame(dutch), { lang: 'en', dir: 'ltr' });
    assert.equal(await title(dutch), 'Login');
    await dutch.context().close();
  });

  test('Arabic is read from right to left: the frame, the pages, the dialogs', async () => {
    const arabic = await page('ar-EG');
    await arabic.goto(`${server.url}/login`);
    await loginInApp(arabic, OWNER);
    await arabic.getByTestId('room-row').waitFor();
    assert.deepEqual(await frame(arabic), { lang: 'ar', dir: 'rtl' });
    const mark = await arabic.getByRole('banner').getByRole('link').first().boundingBox();
    const menu = await arabic.getByTestId('menu-button').boundingBox();
    assert.ok(mark && menu && mark.x > 1100 && menu.x < 100, `the mark is at ${mark?.x}, the menu at ${menu?.x}`);
    await assertAccessible(arabic, 'the lobby in Arabic');
    await arabic.getByTestId('create-room').click();
    await arabic.getByTestId('create-dialog').waitFor();
    const label = await arabic.locator('label').first().boundingBox();
    const field = await arabic.locator('input[name="title"]').boundingBox();
    assert.ok(label && field && label.x + label.width > field.x + field.width / 2, 'labels begin at the right');
    await arabic.context().close();
  });

  test('a guest chooses a language in the call; the call goes on', async () => {
    const guest = await page('en-US');
    await guest.goto(`${server.url}${path}`);
    await guest.getByTestId('guest-name').fill('Gus');
    await guest.getByTestId('join').click();
    await connected(guest);
    await guest.getByTestId('more-button').click();
    await guest.getByTestId('menu-settings').click();
    await guest.getByTestId('settings-general').click();
    await guest.getByTestId('settings-language').click();
    await guest.getByRole('option', { name: 'العربية' }).click();
    await guest.locator('html[dir="rtl"]').waitFor();
    assert.equal(await guest.locator('[data-testid="call"]').getAttribute('data-phase'), 'connected', 'the call goes on');
    await guest.keyboard.press('Escape');
    const other = await page('en-US');
    await other.goto(`${server.url}${path}`);
    await other.getByTestId('guest-name').fill('Gil');
    await other.getByTestId('join').click();
    await connected(other);
    // What is on the right in one language is on the left in the other: the tiles of two people, and the buttons beneath.
    const order = async (/** @type {import('playwright-core').Page} */ of) => {
      const x = async (/** @type {string} */ name) => (await of.getByTestId(name).boundingBox())?.x ?? NaN;
      return { camera: await x('toggle-camera'), leave: await x('leave') };
    };
    const [mirrored, plain] = [await order(guest), await order(other)];
    assert.ok(plain.camera < plain.leave && mirrored.camera > mirrored.leave, JSON.stringify({ plain, mirrored }));
    await guest.context().close();
    await other.context().close();
  });

  test('on no page is anything left in English, and none is wider than a phone', async () => {
    // Devices have English names.
    const bare = await launchChromium({ devices: false });
    for (const locale of ['de', 'fr', 'es', 'pt', 'ne', 'hi', 'ar', 'ja', 'zh']) {
      const phone = await newPage(bare, { locale, ...PHONE });
      for (const where of ['/', '/register', path]) {
        await phone.goto(`${server.url}${where}`);
        await phone.locator(`html[lang="${locale}"]`).waitFor();
        await phone.locator('main h1, main h2, main form, [data-testid="rooms-empty"], [data-testid="room-row"]').first().waitFor();
        const width = await phone.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= PHONE.viewport.width, `${where} in ${locale} is ${width} pixels wide`);
        if (!LATIN.has(locale)) assert.deepEqual((await wordsOf(phone)).filter((word) => !NAMES.has(word)), [], `${where} in ${locale}`);
      }
      await phone.context().close();
    }
    await bare.close();
  });
});

const LATIN = new Set(['de', 'fr', 'es', 'pt']);
/** What is written in Latin letters everywhere: our name, and what people called things. */
const NAMES = new Set(['Rotunda', 'Agora', 'Ada', 'Lovelace']);

/** Words in Latin letters that one reads or hears on a page. @param {import('playwright-core').Page} page */
function wordsOf(page) {
  return page.evaluate(() => {
    const said = [document.title, document.body.innerText];
    for (const element of document.body.querySelectorAll('[aria-label], [placeholder], [title], [alt]')) {
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) said.push(element.getAttribute(name) ?? '');
    }
    return [...new Set(said.join(' ').match(/[A-Za-z]{3,}/g) ?? [])];
  });
}
