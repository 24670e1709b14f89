// Two people in a call: one shares a screen, the other sees it on the stage with the people in a strip, until it ends. The browser's own
// picker needs a display, so that a drawn canvas stands for the screen.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createRoomInApp, join, registerInApp, tileOf } from './lib/app.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { startServer } from './lib/server.mjs';

describe('a shared screen', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let browser;
  /** @type {import('playwright-core').Page} */ let host;
  /** @type {import('playwright-core').Page} */ let guest;

  const screenOf = (/** @type {import('playwright-core').Page} */ page) => page.getByTestId('stage').locator('[data-kind="screen"]');

  before(async () => {
    server = await startServer();
    browser = await launchChromium();
    host = await newPage(browser);
    guest = await newPage(browser);
    await host.addInitScript(() => {
      navigator.mediaDevices.getDisplayMedia = async () => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
        const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
        setInterval(() => {
          pen.fillStyle = '#00a040';
          pen.fillRect(0, 0, 1280, 720);
          pen.fillStyle = '#fff';
          pen.fillRect(Date.now() % 1200, 300, 80, 80);
        }, 60);
        return canvas.captureStream(15);
      };
    });
    await registerInApp(host, server.url, 'Hanna Host');
    const path = await createRoomInApp(host, 'Slides');
    await registerInApp(guest, server.url, 'Gus Guest');
    for (const page of [host, guest]) {
      await page.goto(`${server.url}${path}`);
      await join(page);
    }
    await tileOf(guest, 'Hanna Host').waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test('is the stage for both, moving and green, with the people in a strip', async () => {
    await host.getByTestId('share-screen').click();
    await host.getByTestId('share-detail').click();
    await screenOf(host).waitFor();
    assert.equal(await screenOf(host).getByTestId('tile-name').textContent(), 'Your screen');
    assert.equal(await host.getByTestId('share-screen').getAttribute('data-state'), 'on');
    await screenOf(guest).waitFor();
    assert.equal(await screenOf(guest).getByTestId('tile-name').textContent(), 'Screen of Hanna Host');
    await eventually('the guest sees the green screen', () => screenOf(guest).locator('video').evaluate((element) => {
      const video = /** @type {HTMLVideoElement} */ (element);
      const pen = /** @type {CanvasRenderingContext2D} */ (Object.assign(document.createElement('canvas'), { width: 8, height: 8 }).getContext('2d'));
      pen.drawImage(video, 0, 0, 8, 8);
      const [red = 0, green = 0, blue = 0] = pen.getImageData(1, 1, 1, 1).data;
      return green > 120 && red < 60 && blue < 110;
    }), 15_000);
    assert.equal(await guest.getByTestId('tiles').locator('li').count(), 2);
    const [stage, strip] = [await guest.getByTestId('stage').boundingBox(), await guest.getByTestId('tiles').boundingBox()];
    assert.ok(stage && strip && stage.width > 2.5 * strip.width && stage.x + stage.width <= strip.x, JSON.stringify({ stage, strip }));
    if (process.env.SCREENSHOT) await guest.screenshot({ path: process.env.SCREENSHOT });
  });

  test('ends with a click on the same button', async () => {
    await host.getByTestId('share-screen').click();
    for (const page of [host, guest]) await page.getByTestId('stage').waitFor({ state: 'detached' });
    assert.equal(await host.getByTestId('share-screen').getAttribute('data-state'), 'off');
  });
});
