// Two people in two real Chromium processes, and a third without devices: what the line is like, how loud the other one is, which pictures are received at
// all, and what stays on the screen while the server is away.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { connected, createRoomInApp, join, leave, registerInApp, tileOf } from './lib/app.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually, hears, sees } from './lib/expect.mjs';
import { LOOKS, showsBars } from './lib/media.mjs';
import { startServer } from './lib/server.mjs';

describe('the connection in a call', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser[]} */ let browsers = [];
  /** @type {import('playwright-core').Page} */ let viewer;
  /** @type {import('playwright-core').Page} */ let other;
  /** @type {import('playwright-core').Page} */ let third;
  const [viewerLook, otherLook] = [LOOKS[0] ?? assert.fail(), LOOKS[1] ?? assert.fail()];

  const menu = async (/** @type {import('playwright-core').Page} */ page, /** @type {string} */ id) => {
    await page.getByTestId('more-button').click();
    await page.getByTestId(`menu-${id}`).click();
  };
  /** Bytes of all pictures that this page has received so far. */
  const pictureBytes = (/** @type {import('playwright-core').Page} */ page) =>
    page.evaluate(async () => (await window.instruments.flows()).received.reduce((sum, { bytes }) => sum + bytes, 0));
  /** Waits for a second in which pictures arrive, or in which they do not. */
  const arrive = (/** @type {boolean} */ wanted) => eventually(wanted ? 'pictures arrive' : 'no picture arrives', async () => {
    const before = await pictureBytes(viewer);
    await new Promise((done) => setTimeout(done, 1_000));
    const grown = (await pictureBytes(viewer)) - before;
    return wanted ? grown > 2_000 : grown === 0;
  }, 30_000);

  before(async () => {
    server = await startServer();
    browsers = await Promise.all([viewerLook, otherLook].map((look) => launchChromium({ look })));
    [viewer, other] = /** @type {[typeof viewer, typeof other]} */ (await Promise.all(browsers.map((browser) => newPage(browser, { viewport: { width: 1280, height: 800 } }))));
    third = await newPage(browsers[1] ?? assert.fail());
    await viewer.addInitScript(() => {
      const native = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      /** @type {MediaStreamTrack[]} */
      const captured = [];
      Object.assign(window, { captured });
      navigator.mediaDevices.getUserMedia = async (constraints) => {
        const stream = await native(constraints);
        captured.push(...stream.getTracks());
        return stream;
      };
    });
    await registerInApp(viewer, server.url, viewerLook.name);
    const path = await createRoomInApp(viewer, 'Line');
    for (const [page, name] of /** @type {const} */ ([[other, otherLook.name], [third, 'Cy Third']])) await registerInApp(page, server.url, name);
    for (const page of [other, viewer]) {
      await page.goto(server.url + path);
      await join(page);
    }
    await third.goto(server.url + path);
    await third.getByTestId('join-without-devices').click();
    await connected(third);
    await sees(viewer, otherLook, 20_000);
  });
  after(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await server?.close();
  });

  test('the statistics tell path, codec and what flows, and a sentence that judges', async () => {
    await menu(viewer, 'stats');
    const panel = viewer.getByTestId('stats-panel');
    const fact = (/** @type {import('playwright-core').Locator} */ place, /** @type {string} */ id) => place.locator(`[data-fact="${id}"]`).first().textContent();
    const line = panel.getByTestId('stats-line');
    await line.waitFor();
    assert.match((await fact(line, 'path')) ?? '', /^UDP, (prflx|host|srflx) → host$/);
    assert.equal(await fact(line, 'server'), `127.0.0.1:${server.udpPort}`);
    assert.ok(Number.parseInt((await fact(line, 'rtt')) ?? '') < 1_000);
    for (const direction of ['send', 'receive']) {
      const picture = panel.getByTestId(`stats-${direction}`).locator('[data-testid="stats-flow"][data-kind="video"][data-active="true"]').first();
      await picture.waitFor();
      assert.equal(await fact(picture, 'codec'), 'VP8');
      assert.match((await fact(picture, 'size')) ?? '', /^(160×90|320×180|640×360)$/);
      await eventually('frames flow', async () => Number.parseInt((await fact(picture, 'frames')) ?? '') > 1);
      await eventually('bits flow', async () => /^[1-9]/.test((await fact(picture, 'bitrate')) ?? ''));
    }
    await panel.getByTestId('stats-receive').getByText(`Microphone of ${otherLook.name}`).waitFor();
    assert.ok((await panel.getByTestId('stats-verdict').locator('li').first().textContent())?.length);
  });

  test('are copied as text that shows no address of one’s own', async () => {
    await viewer.evaluate(() => {
      navigator.clipboard.writeText = async (text) => void Object.assign(window, { written: text });
    });
    await assertAccessible(viewer, 'the connection statistics');
    await viewer.getByTestId('copy-stats').click();
    await viewer.getByTestId('toast-success').getByText('clipboard').waitFor();
    const text = await viewer.evaluate(() => /** @type {{written?: string}} */ (window).written ?? '');
    for (const part of ['VP8', `127.0.0.1:${server.udpPort}`, `Camera of ${otherLook.name}`]) assert.ok(text.includes(part), `${part} in:\n${text}`);
    await viewer.getByTestId('close-stats').click();
  });

  test('the quality of a connection has words for the eye and for the ear', async () => {
    const bars = tileOf(viewer, otherLook.name).getByTestId('quality');
    const words = await bars.getAttribute('aria-label');
    assert.match(words ?? '', / connection$/);
    await bars.hover();
    await viewer.getByRole('tooltip').getByText(words ?? '').waitFor();
  });

  test('the volume of a person changes what is played', async () => {
    const played = () => viewer.locator(`[data-testid="audio"]`).first().evaluate((element) => {
      const { volume, muted } = /** @type {HTMLAudioElement} */ (element);
      return { volume, muted };
    });
    assert.deepEqual(await played(), { volume: 1, muted: false });
    await viewer.getByTestId('people-button').click();
    await viewer.locator(`[data-testid="person"][data-name="${otherLook.name}"]`).getByTestId('person-menu').click();
    await viewer.getByTestId('volume').waitFor();
    await assertAccessible(viewer, 'what one can do with a person');
    await viewer.getByTestId('volume').locator('input').focus();
    for (let press = 0; press < 6; press += 1) await viewer.keyboard.press('ArrowLeft');
    await eventually('it is played at 70 %', async () => (await played()).volume === 0.7);
    await viewer.getByTestId('mute-for-me').click();
    await eventually('it is silent', async () => (await played()).muted);
    await viewer.keyboard.press('Escape');
    await viewer.getByTestId('muted-for-me').waitFor();
    await viewer.locator(`[data-testid="person"][data-name="${otherLook.name}"]`).getByTestId('person-menu').click();
    await viewer.getByTestId('mute-for-me').click();
    await eventually('it is heard again', async () => JSON.stringify(await played()) === JSON.stringify({ volume: 0.7, muted: false }));
    await viewer.keyboard.press('Escape');
    await viewer.getByTestId('people-button').click();
    await hears(viewer, otherLook);
  });

  test('a picture on a page that is not looked at is not received', async () => {
    await arrive(true);
    await viewer.setViewportSize({ width: 200, height: 300 });
    await viewer.getByRole('button', { name: 'Next people' }).click();
    await tileOf(viewer, otherLook.name).waitFor({ state: 'detached' });
    await arrive(false);
    await viewer.getByRole('button', { name: 'Previous people' }).click();
    await arrive(true);
    await viewer.setViewportSize({ width: 1280, height: 800 });
    await sees(viewer, otherLook);
  });

  test('low video receives small pictures and sends small ones, and is left with one click', async () => {
    const shownHeight = (/** @type {import('playwright-core').Page} */ page, /** @type {string} */ name) =>
      tileOf(page, name).locator('video').evaluate((video) => /** @type {HTMLVideoElement} */ (video).videoHeight);
    const full = await eventually('a large picture', async () => {
      const height = await shownHeight(viewer, otherLook.name);
      return height >= 360 && height;
    }, 30_000);
    await menu(viewer, 'saver');
    await viewer.getByTestId('saver-low').check();
    await assertAccessible(viewer, 'the data saver');
    await viewer.getByTestId('close-saver').click();
    await viewer.locator('[data-testid="saver-active"][data-state="low"]').waitFor();
    await eventually('what is received is small', async () => (await shownHeight(viewer, otherLook.name)) < full / 1.5, 30_000);
    await eventually('what is sent is small', async () => (await shownHeight(other, viewerLook.name)) < full / 1.5, 30_000);
    await viewer.getByTestId('saver-end').click();
    await viewer.getByTestId('saver-active').waitFor({ state: 'detached' });
    await eventually('what is received is large again', async () => (await shownHeight(viewer, otherLook.name)) === full, 30_000);
    await eventually('what is sent is large again', async () => (await shownHeight(other, viewerLook.name)) === full, 30_000);
  });

  test('audio only receives no picture, sends none, and lets the sound through, until it is left', async () => {
    await menu(viewer, 'saver');
    await viewer.getByTestId('saver-audio').check();
    await viewer.getByTestId('close-saver').click();
    await viewer.locator('[data-testid="toggle-camera"][data-state="off"]').waitFor();
    await tileOf(other, viewerLook.name).and(other.locator('[data-camera="off"]')).waitFor();
    await arrive(false);
    await hears(viewer, otherLook);
    if (process.env.SCREENSHOT) await viewer.screenshot({ path: process.env.SCREENSHOT });
    await viewer.getByTestId('saver-end').click();
    await arrive(true);
    await sees(viewer, otherLook);
    await sees(other, viewerLook, 20_000);
  });

  test('the last picture stays while the server is away, and the call comes back by itself', async () => {
    await server.kill();
    await viewer.locator('[data-testid="call"][data-phase="reconnecting"]').waitFor();
    const last = tileOf(viewer, otherLook.name).getByTestId('last-picture');
    await last.waitFor();
    const bars = await last.evaluate((element) => {
      const canvas = /** @type {HTMLCanvasElement} */ (element);
      const pen = canvas.getContext('2d');
      return [1 / 6, 3 / 6, 5 / 6].map((at) => [...(pen?.getImageData(Math.floor(at * canvas.width), Math.floor(0.35 * canvas.height), 1, 1).data.slice(0, 3) ?? [])]);
    });
    assert.ok(showsBars(bars, otherLook), JSON.stringify(bars));
    await server.start();
    await connected(viewer);
    await sees(viewer, otherLook, 30_000);
    await last.waitFor({ state: 'hidden' });
    await hears(viewer, otherLook);
    assert.equal(await viewer.getByTestId('audio').first().evaluate((element) => /** @type {HTMLAudioElement} */ (element).volume), 0.7);
  });

  test('leaving stops the camera light', async () => {
    const states = () => viewer.evaluate(() => /** @type {{captured?: MediaStreamTrack[]}} */ (/** @type {unknown} */ (window)).captured?.map(({ kind, readyState }) => `${kind} ${readyState}`) ?? []);
    assert.ok((await states()).includes('video live'));
    await leave(viewer);
    await eventually('every device is off', async () => (await states()).every((state) => state.endsWith(' ended')));
  });
});
