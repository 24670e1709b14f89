// The owner of a room and a guest in two real Chromium processes: the owner locks, mutes, removes, bans and ends, and the guest is told.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { connected, createRoomInApp, join, registerInApp, tileOf } from './lib/app.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { LOOKS } from './lib/media.mjs';
import { startServer } from './lib/server.mjs';

describe('a host and a guest', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser[]} */ let browsers = [];
  /** @type {import('playwright-core').Page} */ let host;
  /** @type {import('playwright-core').Page} */ let guest;
  const [hostLook, guestLook] = [LOOKS[0] ?? assert.fail(), LOOKS[1] ?? assert.fail()];
  let path = '';
  const act = async (/** @type {string} */ what) => {
    await host.getByTestId('person').filter({ hasText: guestLook.name }).getByTestId('person-menu').click();
    await host.getByTestId(`person-${what}`).click();
    if (what !== 'mute') await host.getByTestId('host-confirm').click();
  };

  before(async () => {
    server = await startServer();
    browsers = await Promise.all([hostLook, guestLook].map((look) => launchChromium({ look })));
    [host, guest] = /** @type {[typeof host, typeof guest]} */ (await Promise.all(browsers.map((browser) => newPage(browser))));
    await registerInApp(host, server.url, hostLook.name);
    path = await createRoomInApp(host, 'Hosted');
    await registerInApp(guest, server.url, guestLook.name);
    await host.goto(server.url + path);
    await join(host);
    await host.getByTestId('people-button').click();
  });
  after(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await server?.close();
  });

  test('a lock keeps a newcomer out until it is opened', async () => {
    await host.getByTestId('lock-room').click();
    await host.getByTestId('call-locked').waitFor();
    await guest.goto(server.url + path);
    await guest.getByTestId('join').click();
    await guest.getByTestId('end-locked').waitFor();
    await host.getByTestId('lock-room').click();
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

  test('the call ends for all', async () => {
    await host.getByTestId('end-call').click();
    await host.getByTestId('host-confirm').click();
    for (const page of [host, guest]) await page.getByTestId('end-ended').waitFor();
  });
});
