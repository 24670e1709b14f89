// Three people in three real Chromium processes register, meet in a room of the app, and see and hear each other. Each
// camera shows bars and each microphone beeps in a way of its own, so that a picture or a sound in the wrong place is seen.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { connected, createRoomInApp, join, leave, loginInApp, registerInApp, tileOf } from './lib/app.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { decodes, eventually, hears, sees } from './lib/expect.mjs';
import { HEIGHT, LOOKS } from './lib/media.mjs';
import { startServer } from './lib/server.mjs';

/** @typedef {{look: import('./lib/media.mjs').Look, page: import('playwright-core').Page}} Person */

describe('three people in a call', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser[]} */ let browsers = [];
  /** @type {Person[]} */ let people = [];
  let path = '';

  /** Every ordered pair of two people. */
  const pairs = () => people.flatMap((from) => people.filter((to) => to !== from).map((to) => ({ from, to })));
  const person = (/** @type {number} */ at) => people[at] ?? assert.fail('nobody there');

  before(async () => {
    server = await startServer();
    browsers = await Promise.all(LOOKS.map((look) => launchChromium({ look })));
    people = await Promise.all(browsers.map(async (browser, at) => ({ look: LOOKS[at] ?? assert.fail(), page: await newPage(browser) })));
  });
  after(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await server?.close();
  });

  test('one registers and creates a room; the others are sent to log in or register, and back to the room', async () => {
    const [host, second, third] = [person(0), person(1), person(2)];
    await registerInApp(host.page, server.url, host.look.name);
    path = await createRoomInApp(host.page, 'Morning round', 'Every day at nine.');
    await host.page.getByTestId('room-row').filter({ hasText: 'Morning round' }).getByTestId('enter-room').click();
    await host.page.getByTestId('prejoin').waitFor();

    await second.page.goto(`${server.url}${path}`);
    await second.page.getByTestId('end-noGuests').waitFor();
    await second.page.getByTestId('door-login').click();
    await second.page.getByTestId('login-form').waitFor();
    await second.page.locator('a[href^="/register"]').click();
    await registerInApp(second.page, server.url, second.look.name, path);

    await registerInApp(third.page, server.url, third.look.name);
    await third.page.getByTestId('menu-button').click();
    const goodbye = third.page.waitForResponse((response) => response.url().endsWith('/api/token/logout/'));
    await third.page.getByTestId('menu-logout').click();
    await goodbye;
    await third.page.goto(`${server.url}${path}`);
    await loginInApp(third.page, third.look.name, path);
    for (const { page } of people) await page.getByTestId('prejoin').waitFor();
  });

  test('all three join, and each sees the two others by name', async () => {
    for (const { page } of people) await join(page);
    for (const { from, to } of pairs()) await tileOf(to.page, from.look.name).waitFor();
  });

  test('each sees the picture of each other in its right colours, on the right tile', async () => {
    for (const { from, to } of pairs()) {
      const track = await sees(to.page, from.look, 20_000);
      const shown = await tileOf(to.page, from.look.name).locator('video').evaluate((video) =>
        /** @type {MediaStream} */ (/** @type {HTMLVideoElement} */ (video).srcObject).getVideoTracks()[0]?.id);
      assert.equal(shown, track, `${to.look.name} sees ${from.look.name} on their own tile`);
    }
  });

  test('each decodes at least 90 % of the frames that each other sends, at 640×360', async () => {
    // The larger layer starts when its tile asks for it.
    for (const { from, to } of pairs()) {
      const track = await sees(to.page, from.look);
      await eventually(`${to.look.name} gets ${from.look.name} at full size`, async () =>
        (await to.page.evaluate(() => window.instruments.flows())).received.find((flow) => flow.track === track)?.height === HEIGHT, 20_000);
    }
    await decodes(await Promise.all(pairs().map(async ({ from, to }) => ({
      receiver: to.page,
      sender: from.page,
      track: await sees(to.page, from.look),
      who: `${to.look.name} from ${from.look.name}`,
    }))), { seconds: 5, share: 0.9, height: HEIGHT });
  });

  test('each hears the tone of each other', async () => {
    for (const { from, to } of pairs()) await hears(to.page, from.look);
  });

  test('media is encrypted with AES-GCM', async () => {
    for (const { page, look } of people) {
      const { srtpCiphers } = await page.evaluate(() => window.instruments.flows());
      assert.ok(srtpCiphers.length > 0, look.name);
      for (const cipher of srtpCiphers) assert.match(cipher, /AEAD_AES_128_GCM$/, look.name);
    }
  });

  test('who mutes is shown as muted to the others, and heard no more, until they unmute', async () => {
    const [speaker, listener] = [person(0), person(1)];
    const switchMicrophone = speaker.page.getByTestId('toggle-microphone');
    await switchMicrophone.click();
    for (const { page } of [listener, person(2)]) {
      await tileOf(page, speaker.look.name).and(page.locator('[data-microphone="off"]')).waitFor();
      await tileOf(page, speaker.look.name).getByTestId('muted').waitFor();
    }
    await eventually('the tone is gone', async () => {
      const pitches = await listener.page.evaluate(() =>
        Promise.all(window.instruments.remoteTracks('audio').map((id) => window.instruments.pitch(id, 1200))));
      return pitches.every((pitch) => Math.abs(pitch - speaker.look.toneHz) > 20);
    });
    await switchMicrophone.click();
    await tileOf(listener.page, speaker.look.name).and(listener.page.locator('[data-microphone="on"]')).waitFor();
    await hears(listener.page, speaker.look);
  });

  test('a camera that is switched off leaves a name instead of a picture, and comes back', async () => {
    const [shown, watcher] = [person(1), person(0)];
    const tile = tileOf(watcher.page, shown.look.name);
    await shown.page.getByTestId('toggle-camera').click();
    await tile.and(watcher.page.locator('[data-camera="off"]')).waitFor();
    await tile.locator('video').waitFor({ state: 'detached' });
    await shown.page.getByTestId('toggle-camera').click();
    await tile.and(watcher.page.locator('[data-camera="on"]')).waitFor();
    await sees(watcher.page, shown.look);
  });

  test('who leaves is gone for the others, and is seen and heard again when they come back', async () => {
    const leaver = person(2);
    await leave(leaver.page);
    for (const { page } of people.slice(0, 2)) {
      await tileOf(page, leaver.look.name).waitFor({ state: 'detached' });
      await page.getByTestId('toasts').getByText(leaver.look.name).first().waitFor();
    }
    await leaver.page.getByTestId('join-again').click();
    await connected(leaver.page);
    for (const { page, look } of people.slice(0, 2)) {
      await sees(page, leaver.look, 20_000);
      await sees(leaver.page, look, 20_000);
    }
    await hears(person(0).page, leaver.look);
  });
});
