// Accounts and lobby as their pages show them: what the app that this one grew from did, item by item, and that axe finds nothing wrong.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { emailOf, PASSWORD, register } from './lib/api.mjs';
import { createRoomInApp, fillRegister, loginInApp } from './lib/app.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { startServer } from './lib/server.mjs';

const NAME = 'Ada Lovelace';

describe('accounts and lobby', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let browser;
  /** @type {import('playwright-core').Page} */ let page;
  const title = (/** @type {string} */ text) => page.getByTestId('nav-title').filter({ hasText: new RegExp(`^${text}$`) }).waitFor();
  const toast = (/** @type {string} */ text) => page.getByTestId('toast-success').filter({ hasText: text }).waitFor();
  const menu = async () => {
    await page.getByTestId('menu-button').click();
    return (await page.getByRole('menu').getByRole('menuitem').allInnerTexts()).map((text) => text.trim());
  };
  const rows = () => page.getByTestId('room-title').allInnerTexts();

  before(async () => {
    server = await startServer();
    browser = await launchChromium({ devices: false });
    page = await newPage(browser, { viewport: { width: 1280, height: 800 } });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test('without an account: Anonymous, an empty list that says so, and a menu of Lobby, Login, Register, Language', async () => {
    await page.goto(`${server.url}/`);
    await title('Lobby');
    await page.getByTestId('rooms-empty').filter({ hasText: 'No Rooms Yet!!' }).waitFor();
    assert.equal(await page.getByTestId('nav-user').innerText(), 'Anonymous');
    assert.equal((await page.getByTestId('anonymous-hint').innerText()).trim(), 'Please Login Or Register to create or enter room');
    assert.equal(await page.getByTestId('search').getAttribute('placeholder'), 'Search room title…');
    assert.equal(await page.getByTestId('create-room').count(), 0);
    await assertAccessible(page, 'the empty lobby');
    assert.deepEqual(await menu(), ['Lobby', 'Login', 'Register', 'Language']);
    await assertAccessible(page, 'the menu');
    await page.getByTestId('menu-login').click();
    await title('Login');
  });

  test('the addresses of the first version lead to the pages of this one', async () => {
    for (const [old, path] of [['#/app/login', '/login'], ['#/app/register', '/register'], ['#/app/', '/']]) {
      await page.goto('about:blank');
      await page.goto(`${server.url}/${old}`);
      await page.waitForURL((url) => url.pathname === path && url.hash === '');
    }
    await page.goto('about:blank');
    await page.goto(`${server.url}/#/app/video/room1`);
    await page.waitForURL((url) => url.pathname === '/r/room1' && url.hash === '');
    await page.getByTestId('end-notFound').waitFor();
  });

  test('a form says under its fields what is wrong, its own checks and the server’s', async () => {
    await page.goto(`${server.url}/register`);
    await title('Register');
    await page.getByText('Enter the same password as before, for verification.').waitFor();
    assert.equal(await page.getByTestId('register-form').getByRole('listitem').count(), 4, 'hints for a good password');
    assert.ok(await page.getByTestId('register-submit').isDisabled());
    await fillRegister(page, NAME);
    await page.locator('input[name="confirm"]').fill('something else');
    await page.locator('input[name="email"]').focus();
    await page.getByText('Passwords must match').waitFor();
    await assertAccessible(page, 'registering, with an error');
    await page.locator('input[name="confirm"]').fill('password1');
    await page.locator('input[name="password"]').fill('password1');
    await page.getByTestId('register-submit').click();
    await page.getByText('The password is too common', { exact: false }).first().waitFor();
    await page.getByRole('link', { name: 'already have an account? Log In' }).click();
    await title('Login');
    await page.locator('input[name="email"]').fill('nobody');
    await page.locator('input[name="password"]').fill('whatever');
    await page.getByText('This is not an email address').waitFor();
    assert.ok(await page.getByTestId('login-submit').isDisabled());
    await page.locator('input[name="email"]').fill('nobody@example.com');
    await page.getByTestId('login-submit').click();
    await page.getByRole('alert').filter({ hasText: 'The email address or the password is wrong.' }).waitFor();
    await assertAccessible(page, 'logging in, refused');
  });

  test('registering leads into the lobby with a toast; the menu then has Lobby, Account, Logout, Language', async () => {
    await page.getByRole('link', { name: 'not a member? Register' }).click();
    await fillRegister(page, NAME);
    await page.getByTestId('register-submit').click();
    await title('Lobby');
    await toast('You are registered and logged in');
    assert.equal(await page.getByTestId('nav-user').innerText(), NAME);
    assert.deepEqual(await menu(), ['Lobby', 'Account', 'Logout', 'Language']);
    await page.keyboard.press('Escape');
    for (const path of ['/login', '/register']) {
      await page.goto(server.url + path);
      await page.waitForURL((url) => url.pathname === '/');
    }
  });

  test('a reload keeps one logged in behind a spinner; a login that is no good any more does not', async () => {
    let release = () => {};
    const held = new Promise((resolve) => (release = () => resolve(undefined)));
    await page.route('**/api/token/refresh/', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${server.url}/`);
    await page.getByTestId('starting').waitFor();
    release();
    await page.getByTestId('nav-user').filter({ hasText: NAME }).waitFor();
    await page.unroute('**/api/token/refresh/');
  });

  test('a room is made in a dialog, which a click beside it closes, and comes first in the list', async () => {
    await page.getByTestId('create-room').click();
    await page.getByRole('dialog', { name: 'New Room' }).waitFor();
    assert.ok(await page.getByTestId('create-submit').isDisabled());
    await assertAccessible(page, 'the dialog for a new room');
    await page.mouse.click(20, 400);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    for (const room of ['First', 'Second', 'Third <b>bold</b>']) {
      await createRoomInApp(page, room, 'Two\nlines');
      await toast('Room created');
      await page.getByTestId('create-dialog').waitFor({ state: 'detached' });
    }
    assert.deepEqual(await rows(), ['Third <b>bold</b>', 'Second', 'First']);
  });

  test('a row opens to its details; the search looks into titles in any case', async () => {
    const row = page.getByTestId('room-row').filter({ hasText: 'Second' });
    assert.equal(await row.getByTestId('room-type').innerText(), 'Open to All');
    assert.equal(await page.getByTestId('room-details').count(), 0);
    await row.getByTestId('room-toggle').click();
    await row.getByText(/^created on /).waitFor();
    await row.getByText('Two\nlines').waitFor();
    await assertAccessible(page, 'the lobby with an open row');
    await page.getByTestId('search').fill('sEC');
    await page.getByTestId('room-row').filter({ hasText: 'First' }).waitFor({ state: 'detached' });
    assert.deepEqual(await rows(), ['Second']);
    await page.getByTestId('search').fill('none of these');
    await page.getByTestId('rooms-empty').waitFor();
    await page.getByTestId('search').fill('');
    await row.waitFor();
  });

  test('an owner deletes a room after a question, with a toast', async () => {
    const row = page.getByTestId('room-row').filter({ hasText: 'First' });
    await row.getByTestId('room-toggle').click();
    await row.getByTestId('delete-room').click();
    await page.getByRole('dialog').waitFor();
    await assertAccessible(page, 'the question before deleting');
    await page.getByTestId('confirm-delete').click();
    await toast('Room deleted');
    await row.waitFor({ state: 'detached' });
  });

  let invitationLink = '';

  test('the owner of an invite-only room has its link to copy; nobody else sees the room', async () => {
    await page.getByTestId('create-room').click();
    await page.locator('input[name="title"]').fill('Secret');
    await page.getByTestId('room-type-field').click();
    await page.getByTestId('room-type-IO').click();
    await page.getByTestId('create-submit').click();
    await page.getByTestId('create-dialog').waitFor({ state: 'detached' });
    const row = page.getByTestId('room-row').filter({ hasText: 'Secret' });
    assert.equal(await row.getByTestId('room-type').innerText(), 'Invite only');
    await row.getByTestId('room-toggle').click();
    await row.getByTestId('copy-link').click();
    await toast('Link copied');
    await page.getByTestId('search').focus();
    await page.keyboard.press('Control+v');
    invitationLink = await page.getByTestId('search').inputValue();
    assert.match(invitationLink, /^http:\/\/[^/]+\/r\/room[0-9a-f]{32}\?invitation=[\w-]{22}$/);
    await page.getByTestId('search').fill('');
  });

  test('another person enters open rooms and deletes none', async () => {
    await register(server.url, 'Grace Hopper');
    const other = await newPage(browser);
    await other.goto(`${server.url}/login`);
    await loginInApp(other, 'Grace Hopper');
    const row = other.getByTestId('room-row').filter({ hasText: 'Second' });
    await row.getByTestId('enter-room').waitFor();
    assert.equal(await other.getByText('Secret').count(), 0);
    await row.getByTestId('room-toggle').click();
    await row.getByTestId('room-details').waitFor();
    assert.equal(await row.getByTestId('delete-room').count(), 0);
    await other.context().close();
  });

  test('who is invited logs in, enters by the link, and finds the room in the lobby from then on', async () => {
    await register(server.url, 'Kay Invited');
    const other = await newPage(browser);
    const bare = invitationLink.replace(/\?.*/, '');
    await other.goto(bare);
    await loginInApp(other, 'Kay Invited', new URL(bare).pathname);
    await other.getByTestId('join-without-devices').click();
    await other.getByTestId('end-uninvited').waitFor();
    await other.goto(invitationLink);
    await other.getByTestId('join-without-devices').click();
    await other.getByTestId('call').waitFor();
    await other.goto(server.url);
    await other.getByTestId('room-row').filter({ hasText: 'Secret' }).getByTestId('enter-room').waitFor();
    await other.context().close();
  });

  test('a list that cannot be loaded is said in a toast and in the page, and comes by trying again', async () => {
    await page.route('**/api/rooms/?*', (route) => route.fulfill({ status: 503, contentType: 'application/json', body: '{"detail":"The database sleeps."}' }));
    await page.reload();
    await page.getByTestId('toast-error').filter({ hasText: 'The database sleeps.' }).first().waitFor();
    await page.getByTestId('rooms-error').waitFor();
    await page.unroute('**/api/rooms/?*');
    await page.getByTestId('rooms-error').getByRole('button').click();
    await page.getByTestId('room-row').first().waitFor();
  });

  test('what does not exist has a page that says so', async () => {
    await page.goto(`${server.url}/nowhere`);
    await page.getByTestId('page-not-found').waitFor();
    await title('404');
    await assertAccessible(page, 'a page that is not there');
  });

  test('logging out leads to the lobby with a toast, and logging in again with another', async () => {
    await menu();
    await page.getByTestId('menu-logout').click();
    await toast('Logged out successfully');
    await title('Lobby');
    assert.equal(await page.getByTestId('nav-user').innerText(), 'Anonymous');
    await page.goto(`${server.url}/login`);
    await page.locator('input[name="email"]').fill(emailOf(NAME));
    await page.locator('input[name="password"]').fill(PASSWORD);
    await page.getByTestId('login-submit').click();
    await toast('You are logged in');
  });
});
