// Accounts in the browser: links that open one, the account's own page, and who may make one. One server, so that the last of it has an administrator.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { call, createRoom, emailOf, PASSWORD, register } from './lib/api.mjs';
import { fillRegister, loginInApp } from './lib/app.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { bareEnvironment, binary, startServer } from './lib/server.mjs';

const NEW_PASSWORD = 'another-horse-battery-8';

/** @typedef {import('playwright-core').Page} Page */

/** @type {import('./lib/server.mjs').Server} */ let server;
/** @type {import('playwright-core').Browser} */ let browser;

const desktop = () => newPage(browser, { viewport: { width: 1280, height: 800 } });
/** @param {string} fullName @param {string} [password] @param {string} [userAgent] */
async function login(fullName, password = PASSWORD, userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0') {
  const response = await fetch(`${server.url}/api/token/`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'User-Agent': userAgent },
    body: JSON.stringify({ email: emailOf(fullName), password }),
  });
  return { status: response.status, ...await response.json() };
}
/** Whether what an access token was given for is over. @param {string} access */
const isOver = (access) => call(`${server.url}/api/user/`, { method: 'GET', access }).then(() => false, (error) => /401/.test(String(error)));

before(async () => {
  server = await startServer();
  browser = await launchChromium();
  await register(server.url, 'Ada Lovelace');
});
after(async () => {
  await browser?.close();
  await server?.close();
});

describe('links of accounts', () => {
  /** @type {Page} */ let page;

  before(async () => {
    page = await desktop();
  });

  test('a server without mail says who can help', async () => {
    await page.goto(`${server.url}/login`);
    await page.getByTestId('to-forgot').click();
    await page.getByTestId('no-mail').waitFor();
    await assertAccessible(page, 'no mail');
  });

  test('a link sets a new password, once, and stands in no address afterwards', async () => {
    const data = server.args[server.args.indexOf('--data') + 1] ?? '';
    const printed = execFileSync(binary(), ['admin', 'reset-link', emailOf('Ada Lovelace'), '--data', data, '--public-url', server.url], { env: bareEnvironment(), encoding: 'utf8' });
    const link = /\S+\/reset#\S+/.exec(printed)?.[0] ?? assert.fail(printed);
    const { pathname, hash } = new URL(link);
    await page.goto(server.url + pathname + hash);
    await page.getByTestId('reset-form').waitFor();
    assert.equal(new URL(page.url()).hash, '');
    await assertAccessible(page, 'a new password');
    const password = page.locator('input[name="password"]');
    await password.fill('password');
    await page.locator('input[name="confirm"]').fill('password');
    await page.getByTestId('reset-submit').click();
    await page.getByText(/too common/).waitFor();
    await password.fill(NEW_PASSWORD);
    await page.locator('input[name="confirm"]').fill(NEW_PASSWORD);
    await page.getByTestId('reset-submit').click();
    await page.getByTestId('login-form').waitFor();
    await assert.rejects(call(`${server.url}/api/token/`, { body: { email: emailOf('Ada Lovelace'), password: PASSWORD } }), /401/);
    await page.goto('about:blank');
    await page.goto(server.url + pathname + hash);
    await page.getByTestId('link-not-valid').waitFor();
    await assertAccessible(page, 'a link that is no longer good');
  });

  test('the link that the server printed makes whoever logs in its administrator', async () => {
    const hash = /\/administrator(#\S+)/.exec(server.log)?.[1] ?? assert.fail(server.log);
    await page.goto(`${server.url}/administrator${hash}`);
    await page.waitForURL((url) => url.pathname === '/login' && !url.href.includes(hash.slice(1)));
    await loginInApp(page, 'Ada Lovelace', '/administrator', NEW_PASSWORD);
    await page.getByTestId('claim').waitFor();
    await assertAccessible(page, 'becoming the administrator');
    await page.getByTestId('claim-submit').click();
    await page.getByTestId('claimed').waitFor();
    await page.getByTestId('to-admin').click();
    await page.getByTestId('panel-overview').waitFor();
    const { access } = await call(`${server.url}/api/token/`, { body: { email: emailOf('Ada Lovelace'), password: NEW_PASSWORD } });
    assert.equal((await call(`${server.url}/api/user/`, { method: 'GET', access })).isAdmin, true);
    await page.goto('about:blank');
    await page.goto(`${server.url}/administrator${hash}`);
    await page.getByTestId('claim-submit').click();
    await page.getByTestId('link-not-valid').waitFor();
  });
});

describe('the account’s own page', () => {
  /** @type {Page} */ let page;
  let access = '';
  const field = (/** @type {string} */ form, /** @type {string} */ name) => page.getByTestId(`${form}-form`).locator(`input[name="${name}"]`);
  const toast = (/** @type {RegExp} */ text) => page.getByTestId('toasts').getByText(text).first().waitFor();

  before(async () => {
    page = await desktop();
    ({ access } = await register(server.url, 'Grace Hopper'));
  });

  test('is for people with an account, which it says to others', async () => {
    await page.goto(`${server.url}/account`);
    await page.getByTestId('account-nobody').waitFor();
    await assertAccessible(page, 'the account of nobody');
    await page.getByTestId('account-login').click();
    await loginInApp(page, 'Grace Hopper', '/account');
    await page.getByTestId('account').waitFor();
  });

  test('another name is seen at once above every page', async () => {
    await page.goto(server.url);
    await page.getByTestId('menu-button').click();
    await page.getByTestId('menu-account').click();
    await page.getByTestId('login').first().waitFor();
    await assertAccessible(page, 'the account');
    await field('profile', 'firstName').fill('');
    await page.getByTestId('profile-submit').click();
    await page.getByText('Please fill in this field').waitFor();
    await field('profile', 'firstName').fill('Amazing');
    await page.getByTestId('profile-submit').click();
    await page.getByTestId('nav-user').getByText('Amazing Hopper').waitFor();
    assert.equal((await call(`${server.url}/api/user/`, { method: 'GET', access })).firstName, 'Amazing');
    await field('profile', 'firstName').fill('Grace');
    await page.getByTestId('profile-submit').click();
    await page.getByTestId('nav-user').getByText('Grace Hopper').waitFor();
  });

  test('another address asks for the password', async () => {
    assert.equal(await field('profile', 'password').count(), 0);
    await field('profile', 'email').fill(emailOf('Ada Lovelace'));
    await field('profile', 'password').fill('wrong');
    await page.getByTestId('profile-submit').click();
    await page.getByText('This is not your password.').waitFor();
    await field('profile', 'password').fill(PASSWORD);
    await page.getByTestId('profile-submit').click();
    await page.getByText('An account with this email address exists already.').waitFor();
    await assertAccessible(page, 'a refused address');
    await field('profile', 'email').fill('rear.admiral@example.com');
    await page.getByTestId('profile-submit').click();
    await field('profile', 'password').waitFor({ state: 'detached' });
    await toast(/details are saved/);
    await call(`${server.url}/api/user/`, { method: 'PATCH', access, body: { email: emailOf('Grace Hopper'), password: PASSWORD } });
  });

  test('shows where one is logged in, and signs out there', async () => {
    const [phone, program, third] = [await login('Grace Hopper'), await login('Grace Hopper', PASSWORD, 'curl/8.14.1'), await login('Grace Hopper', PASSWORD, '')];
    await page.reload();
    const logins = page.getByTestId('login');
    await logins.filter({ hasText: 'Firefox on Linux' }).first().waitFor();
    // The browser, the one that made the account, and three.
    assert.equal(await logins.count(), 5);
    assert.match(await page.locator('[data-testid="login"][data-current="true"]').innerText(), /Chrome on Linux\s+This one\s+Last used: now/);
    await logins.filter({ hasText: 'Firefox on Linux' }).getByTestId('sign-out').click();
    await logins.filter({ hasText: 'Firefox on Linux' }).waitFor({ state: 'detached' });
    assert.equal(await isOver(phone.access), true);
    assert.equal(await isOver(program.access), false);
    await page.getByTestId('sign-out-others').click();
    await page.getByText('3 other logins end.').waitFor();
    await assertAccessible(page, 'signing out all others');
    await page.getByTestId('host-confirm').click();
    await page.getByTestId('sign-out-others').waitFor({ state: 'detached' });
    assert.equal(await logins.count(), 1);
    for (const other of [program, third]) assert.equal(await isOver(other.access), true);
  });

  test('a new password ends the other logins, which say so', async () => {
    const other = await desktop();
    await other.goto(`${server.url}/login?next=/account`);
    await loginInApp(other, 'Grace Hopper', '/account');
    await other.getByTestId('login').first().waitFor();
    await field('password', 'password').fill('wrong');
    for (const name of ['newPassword', 'confirm']) await field('password', name).fill(NEW_PASSWORD);
    await page.getByTestId('password-submit').click();
    await page.getByText('This is not your password.').waitFor();
    await field('password', 'password').fill(PASSWORD);
    await page.getByTestId('password-submit').click();
    await toast(/password is changed/);
    assert.equal(await field('password', 'password').inputValue(), '');
    // As when somebody comes back to the tab.
    await other.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
    await other.getByTestId('account-ended').waitFor();
    await other.getByText('You are not logged in any more').waitFor();
    await other.getByTestId('nav-user').getByText('Anonymous').waitFor();
    await other.context().close();
    assert.equal(await page.getByTestId('login').count(), 1);
    assert.equal((await login('Grace Hopper')).status, 401);
  });

  test('hands out what the server keeps', async () => {
    ({ access } = await login('Grace Hopper', NEW_PASSWORD));
    await createRoom(server.url, access, 'Compilers');
    await createRoom(server.url, access, 'Night watch');
    const downloading = page.waitForEvent('download');
    await page.getByTestId('export').click();
    const download = await downloading;
    assert.equal(download.suggestedFilename(), 'rotunda-export.json');
    const all = JSON.parse(readFileSync(await download.path(), 'utf8'));
    assert.equal(all.account.email, emailOf('Grace Hopper'));
    assert.deepEqual(all.rooms.map((/** @type {{title: string}} */ { title }) => title), ['Compilers', 'Night watch']);
  });

  test('fits a phone', async () => {
    await page.setViewportSize({ width: 360, height: 640 });
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
    await page.getByTestId('login').first().waitFor();
    assert.equal(await wide(), 360);
    await assertAccessible(page, 'the account on a phone');
    await page.getByTestId('delete-account').click();
    await page.getByTestId('doomed-rooms').waitFor();
    await assertAccessible(page, 'deleting the account on a phone');
    const button = await page.getByTestId('deletion-submit').boundingBox();
    assert.ok(button !== null && button.y + button.height <= 640 && button.height >= 44, JSON.stringify(button));
    await page.keyboard.press('Escape');
    await page.getByTestId('deletion-dialog').waitFor({ state: 'detached' });
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('deletes the account with its rooms, which it names, for the password', async () => {
    await page.getByTestId('delete-account').click();
    assert.deepEqual(await page.getByTestId('doomed-rooms').getByRole('listitem').allInnerTexts(), ['Compilers', 'Night watch']);
    const password = page.getByTestId('deletion-dialog').locator('input[name="password"]');
    await password.fill(PASSWORD);
    await page.getByTestId('deletion-submit').click();
    await page.getByText('This is not your password.').waitFor();
    await assertAccessible(page, 'deleting the account');
    await password.fill(NEW_PASSWORD);
    await page.getByTestId('deletion-submit').click();
    await page.getByTestId('account-deleted').waitFor();
    await page.getByTestId('nav-user').getByText('Anonymous').waitFor();
    await assertAccessible(page, 'a deleted account');
    assert.equal((await login('Grace Hopper', NEW_PASSWORD)).status, 401);
    assert.equal(await isOver(access), true);
    assert.deepEqual(await call(`${server.url}/api/rooms/?search=compilers`, { method: 'GET' }), []);
    await page.reload();
    await page.getByTestId('account-nobody').waitFor();
    await page.context().close();
  });
});

describe('who may make an account', () => {
  /** @type {Page} */ let page;
  let access = '';
  const setRegistration = (/** @type {string} */ registration) => call(`${server.url}/api/admin/settings/`, { method: 'PATCH', access, body: { registration } });

  before(async () => {
    page = await desktop();
    ({ access } = await login('Ada Lovelace', NEW_PASSWORD));
  });

  test('nobody where registration is closed, which the page says', async () => {
    await page.goto(`${server.url}/register`);
    await fillRegister(page, 'Linus Late');
    await setRegistration('closed');
    await page.getByTestId('register-submit').click();
    await page.getByTestId('form-error').getByText('Accounts on this server are made by its administrators.').waitFor();
    await page.reload();
    await page.getByTestId('register-closed').waitFor();
    await assertAccessible(page, 'closed registration');
  });

  test('whoever has an invitation, where it needs one', async () => {
    await setRegistration('invitation');
    await page.goto(`${server.url}/register`);
    await page.getByTestId('register-byInvitation').waitFor();
    await assertAccessible(page, 'registration by invitation');
    const room = await call(`${server.url}/api/rooms/`, { access, body: { title: 'By invitation', typeOf: 'IO' } });
    const { link } = await call(`${server.url}/api/rooms/${room.id}/invitations/`, { access, body: { uses: 1 } });
    const { pathname, search } = new URL(link);
    await page.goto(server.url + pathname + search);
    await page.getByTestId('door-register').click();
    await page.getByTestId('register-form').waitFor();
    await fillRegister(page, 'Ines Invited');
    await page.getByTestId('register-submit').click();
    await page.waitForURL((url) => url.pathname === pathname);
    await page.getByTestId('prejoin').getByText('By invitation').waitFor();
    assert.equal((await login('Ines Invited')).status, 200);
    await setRegistration('open');
  });
});
