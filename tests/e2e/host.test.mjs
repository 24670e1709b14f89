// The owner of a room and a guest in two real Chromium processes: the owner locks, mutes, makes rules, appoints, removes, bans and ends, and the
// guest is told. A visitor without an account comes in by the SDK.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { call, createRoom, register } from './lib/api.mjs';
import { connected, drawScreen, join, loginInApp, registerInApp, tileOf } from './lib/app.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { LOOKS } from './lib/media.mjs';
import { connect, sdkPage } from './lib/sdk.mjs';
import { startServer } from './lib/server.mjs';

/** @typedef {import('playwright-core').Page} Page */

describe('a host and a guest', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser[]} */ let browsers = [];
  /** @type {Page} */ let host;
  /** @type {Page} */ let guest;
  const [hostLook, guestLook] = [LOOKS[0] ?? assert.fail(), LOOKS[1] ?? assert.fail()];
  let path = '';
  let access = '';
  const menuOf = async (/** @type {Page} */ page, /** @type {string} */ name) => {
    await page.locator(`[data-testid="person"][data-name="${name}"]`).getByTestId('person-menu').click();
  };
  const ask = async (/** @type {Page} */ page, /** @type {string} */ name, /** @type {string} */ what) => {
    await menuOf(page, name);
    await page.getByTestId(`person-${what}`).click();
    if (what !== 'mute') await page.getByTestId('host-confirm').click();
  };
  const act = (/** @type {string} */ what) => ask(host, guestLook.name, what);
  const rule = (/** @type {string} */ name) => host.getByTestId(`rule-${name}`);
  const told = (/** @type {Page} */ page, /** @type {string} */ words) => page.getByTestId('toasts').getByText(words).first().waitFor();
  const roleOf = (/** @type {Page} */ page, /** @type {string} */ name, /** @type {string} */ role) =>
    page.locator(`[data-testid="person"][data-name="${name}"]`).locator(`[data-testid="role-badge"][data-role="${role}"]`).waitFor();
  const screenOf = (/** @type {Page} */ page) => page.locator('[data-kind="screen"][data-where="stage"]');

  before(async () => {
    server = await startServer();
    ({ access } = await register(server.url, hostLook.name));
    path = `/r/${(await createRoom(server.url, access, 'Hosted')).roomId}`;
    browsers = await Promise.all([hostLook, guestLook].map((look) => launchChromium({ look })));
    [host, guest] = /** @type {[Page, Page]} */ (await Promise.all(browsers.map((browser) => newPage(browser))));
    await drawScreen(guest);
    await host.goto(server.url + path);
    await loginInApp(host, hostLook.name, path);
    await registerInApp(guest, server.url, guestLook.name);
    await join(host);
    await host.getByTestId('people-button').click();
    await host.getByTestId('host-rules').click();
  });
  after(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await server?.close();
  });

  test('a lock keeps a newcomer out until it is opened', async () => {
    await rule('locked').click();
    await host.getByTestId('call-locked').waitFor();
    await guest.goto(server.url + path);
    await guest.getByTestId('join').click();
    await guest.getByTestId('end-locked').waitFor();
    await rule('locked').click();
    await host.getByTestId('call-locked').waitFor({ state: 'detached' });
    await guest.getByTestId('join-again').click();
    await connected(guest);
  });

  test('who is muted is shown so at both ends', async () => {
    await tileOf(host, guestLook.name).and(host.locator('[data-microphone="on"]')).waitFor();
    await act('mute');
    await tileOf(host, guestLook.name).and(host.locator('[data-microphone="off"]')).waitFor();
    await guest.locator('[data-testid="toggle-microphone"][data-state="off"]').waitFor();
  });

  test('what a host switches off for others is said to them in words, and does not work until it is on again', async () => {
    await guest.getByTestId('chat-button').click();
    for (const name of ['chatDisabled', 'shareDisabled', 'unmuteDisabled']) await rule(name).click();
    await guest.getByTestId('chat-disabled').waitFor();
    await told(guest, 'turned off the chat');
    await told(guest, 'turned off screen sharing');
    await told(guest, 'muted everyone');
    for (const [button, reason] of [['share-screen', 'turned off screen sharing'], ['toggle-microphone', 'Only hosts may unmute']]) {
      const refused = guest.locator(`[data-testid="${button}"][aria-disabled="true"]`);
      await refused.waitFor();
      assert.match(await refused.getAttribute('aria-description') ?? '', new RegExp(reason ?? ''), button);
      // To Playwright, what says why it does nothing is disabled.
      await refused.click({ force: true });
      assert.equal(await guest.getByTestId(button ?? '').getAttribute('data-state'), 'off');
    }
    assert.equal(await guest.getByTestId('share-detail').isVisible(), false);
    await assertAccessible(guest, 'a call in which hosts alone may do much');
    for (const name of ['chatDisabled', 'shareDisabled', 'unmuteDisabled']) await rule(name).click();
    await told(guest, 'You may unmute yourself again');
    await guest.getByTestId('chat-disabled').waitFor({ state: 'detached' });
    await guest.getByTestId('toggle-microphone').click();
    await tileOf(host, guestLook.name).and(host.locator('[data-microphone="on"]')).waitFor();
  });

  test('a host stops a share on its tile', async () => {
    await guest.getByTestId('share-screen').click();
    await guest.getByTestId('share-detail').click();
    await screenOf(host).waitFor();
    await screenOf(host).click({ button: 'right' });
    await host.getByTestId('tile-stop-share').click();
    await screenOf(host).waitFor({ state: 'detached' });
    await guest.locator('[data-testid="share-screen"][data-state="off"]').waitFor();
  });

  test('a host lowers a raised hand', async () => {
    await guest.getByTestId('hand-button').click();
    await host.locator(`[data-testid="hand"][data-name="${guestLook.name}"]`).getByTestId('lower-hand').click();
    await guest.locator('[data-testid="hand-button"][data-state="off"]').waitFor();
    await host.getByTestId('hands').waitFor({ state: 'detached' });
    await told(guest, 'A host has lowered your hand');
  });

  test('a co-host gets powers and loses them, and the room is handed over and back', async () => {
    await guest.getByTestId('people-button').click();
    await roleOf(guest, hostLook.name, 'owner');
    assert.equal(await guest.getByTestId('host-section').isVisible(), false);
    await act('cohost');
    await roleOf(host, guestLook.name, 'cohost');
    await told(guest, 'You are a co-host now');
    await guest.getByTestId('host-rules').click();
    await guest.getByTestId('rule-locked').click();
    await host.getByTestId('call-locked').waitFor();
    await guest.getByTestId('rule-locked').click();
    await act('uncohost');
    await guest.getByTestId('host-section').waitFor({ state: 'detached' });
    await act('hand-over');
    await roleOf(host, guestLook.name, 'owner');
    await roleOf(host, hostLook.name, 'cohost');
    await told(guest, 'The room is yours now');
    await ask(guest, hostLook.name, 'hand-over');
    await roleOf(host, hostLook.name, 'owner');
    await act('uncohost');
    await guest.getByTestId('host-section').waitFor({ state: 'detached' });
  });

  test('the list of people and a person’s menu are accessible', async () => {
    await assertAccessible(host, 'the call with the list of people');
    await menuOf(host, guestLook.name);
    await assertAccessible(host, 'what a host can do with one person');
    await host.keyboard.press('Escape');
  });

  test('who is removed may join again; who is banned may not, until they are unbanned', async () => {
    await act('remove');
    await guest.getByTestId('end-removed').waitFor();
    await guest.getByTestId('join-again').click();
    await connected(guest);
    await act('ban');
    await guest.getByTestId('end-removed').waitFor();
    await guest.getByTestId('join-again').click();
    await guest.getByTestId('end-banned').waitFor();
    await host.getByTestId('bans-button').click();
    await host.getByTestId('unban').click();
    await host.getByTestId('ban').waitFor({ state: 'detached' });
    await host.getByTestId('close-bans').click();
    await guest.goto(server.url + path);
    await join(guest);
  });

  test('a guest is banned together with the links that would let them back in', async () => {
    const room = `${server.url}/api/rooms/1/`;
    await call(room, { method: 'PATCH', access, body: { allowGuests: true } });
    const { token: invitation } = await call(`${room}invitations/`, { access, body: {} });
    const enter = async (/** @type {string | undefined} */ by) => (await call(`${room}guest/`, { body: { name: 'Gil', invitation: by } })).tokens.access;
    const grant = await call(`${room}join/`, { access: await enter(invitation), body: {} });
    const visitor = await sdkPage(/** @type {import('playwright-core').Browser} */ (browsers[1]));
    await connect(visitor, { url: server.wsUrl, token: grant.token });
    await menuOf(host, 'Gil');
    await host.getByTestId('person-ban').click();
    await host.getByTestId('ban-links').click();
    await host.getByTestId('ban-waiting').click();
    await assertAccessible(host, 'the question before a ban');
    await host.getByTestId('host-confirm').click();
    await eventually('the visitor is put out', () => visitor.evaluate(() => window.seen.includes('disconnected')));
    await visitor.context().close();
    await told(host, 'Gil was banned');
    assert.equal(await rule('waitingRoom').isChecked(), true);
    assert.deepEqual(await call(`${room}invitations/`, { method: 'GET', access }), []);
    await assert.rejects(call(`${room}join/`, { access: await enter(undefined), body: {} }), /"code":"waiting"/);
    await host.getByTestId('bans-button').click();
    await host.locator('[data-testid="ban"][data-name="Gil"]').waitFor();
    await host.getByTestId('close-bans').click();
  });

  test('leaving asks a host who is not alone whether the call ends for all', async () => {
    await tileOf(host, guestLook.name).waitFor();
    await host.getByTestId('leave').press('Enter');
    await eventually('the first entry has the focus', () => host.evaluate(() => document.activeElement?.getAttribute('data-testid') === 'leave-alone'));
    await host.keyboard.press('Escape');
    await host.getByTestId('leave-alone').waitFor({ state: 'detached' });
    assert.equal(await host.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'leave');
    await host.keyboard.press('Enter');
    await host.getByTestId('leave-end').click();
    await host.getByTestId('host-confirm').click();
    for (const page of [host, guest]) await page.getByTestId('end-ended').waitFor();
  });
});
