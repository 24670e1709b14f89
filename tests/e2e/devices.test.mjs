// One person with two cameras and two microphones chooses the second ones before the call, sees the microphone's level
// move, and finds the choice again after a reload and in the call. Busy devices, and cameras that look to the front and to
// the back as a phone's, are made at the browser's API.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { connected, createRoomInApp, registerInApp } from './lib/app.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { startServer } from './lib/server.mjs';

describe('the choice of devices', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let browser;
  /** @type {import('playwright-core').Page} */ let page;
  let path = '';

  /** The name of the camera whose picture is shown. */
  const cameraShown = () => page.evaluate(() => {
    const source = document.querySelector('video')?.srcObject;
    return source instanceof MediaStream ? source.getVideoTracks()[0]?.label : undefined;
  });
  const chosen = (/** @type {string} */ field) =>
    page.getByTestId(field).evaluate((select) => /** @type {HTMLSelectElement} */ (select).selectedOptions[0]?.label);
  const on = (/** @type {string} */ device, state = 'on') => page.locator(`[data-testid="${device}"][data-state="${state}"][aria-busy="false"]`).waitFor();
  const last = async (/** @type {string} */ field) => (await page.getByTestId(field).locator('option').allTextContents()).at(-1) ?? assert.fail();

  before(async () => {
    server = await startServer();
    browser = await launchChromium({ args: ['--use-fake-device-for-media-stream=device-count=2,fps=20'] });
    page = await newPage(browser);
    await registerInApp(page, server.url, 'Ada Lovelace');
    path = await createRoomInApp(page, 'Choice');
    await page.goto(`${server.url}${path}`);
    await on('prejoin-camera');
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test('the second camera is shown at once when it is chosen, and the microphone goes along', async () => {
    await page.getByTestId('choose-camera').waitFor();
    const [camera, microphone] = [await last('choose-camera'), await last('choose-microphone')];
    assert.notEqual(await cameraShown(), camera, 'the first camera is the default');
    await page.getByTestId('choose-camera').selectOption({ label: camera });
    await eventually('the second camera is shown', async () => (await cameraShown()) === camera);
    await page.getByTestId('choose-microphone').selectOption({ label: microphone });
    await on('prejoin-microphone');
    assert.equal(await chosen('choose-microphone'), microphone);
  });

  test('the level of the microphone moves', async () => {
    await page.getByTestId('microphone-level').waitFor();
    const levels = new Set();
    await eventually('three different levels', async () => {
      levels.add(await page.getByTestId('microphone-level').getAttribute('aria-valuenow'));
      return levels.size >= 3;
    });
  });

  test('the test sound plays and ends', async () => {
    await page.getByTestId('test-sound').click();
    await page.locator('[data-testid="test-sound"][disabled]').waitFor();
    await page.locator('[data-testid="test-sound"]:not([disabled])').waitFor();
  });

  test('a reload finds the choice again, and what was off', async () => {
    const [camera, microphone] = [await chosen('choose-camera'), await chosen('choose-microphone')];
    await page.getByTestId('prejoin-microphone').click();
    await page.reload();
    await on('prejoin-camera');
    await on('prejoin-microphone', 'off');
    assert.equal(await eventually('a picture', cameraShown), camera);
    assert.equal(await chosen('choose-microphone'), microphone);
  });

  test('the call sends from the chosen camera, also after it was switched off and on', async () => {
    const camera = await chosen('choose-camera');
    await page.getByTestId('join').click();
    await connected(page);
    assert.equal(await eventually('a picture', cameraShown), camera);
    await page.getByTestId('toggle-camera').click();
    await on('toggle-camera', 'off');
    await page.getByTestId('toggle-camera').click();
    await on('toggle-camera');
    await eventually('the same camera again', async () => (await cameraShown()) === camera);
  });

  test('a camera that looks to the front is turned around, and back', async () => {
    const front = (await cameraShown()) ?? assert.fail();
    const back = await page.evaluate((label) => {
      const { mediaDevices } = navigator;
      const open = mediaDevices.getUserMedia.bind(mediaDevices);
      const settings = MediaStreamTrack.prototype.getSettings;
      MediaStreamTrack.prototype.getSettings = function () {
        return this.kind === 'video' ? { ...settings.call(this), facingMode: this.label === label ? 'user' : 'environment' } : settings.call(this);
      };
      mediaDevices.getUserMedia = async (constraints = {}) => {
        const { video } = constraints;
        const facing = typeof video === 'object' && typeof video.facingMode === 'object' && 'exact' in video.facingMode ? video.facingMode.exact : undefined;
        if (facing === undefined || typeof video !== 'object') return open(constraints);
        const camera = (await mediaDevices.enumerateDevices()).find((device) => device.kind === 'videoinput' && (device.label === label) === (facing === 'user'));
        return open({ video: { ...video, facingMode: {}, deviceId: { exact: camera?.deviceId ?? '' } } });
      };
      return mediaDevices.enumerateDevices().then((devices) => devices.find((device) => device.kind === 'videoinput' && device.label !== label)?.label);
    }, front);
    await page.getByTestId('toggle-camera').click();
    await on('toggle-camera', 'off');
    await page.getByTestId('toggle-camera').click();
    await on('toggle-camera');
    for (const [words, camera] of [['Camera at the back', back], ['Camera at the front', front]]) {
      await page.getByTestId('more-button').click();
      await page.getByTestId('menu-turn-camera').getByText(words ?? '').click();
      await eventually('the other camera', async () => (await cameraShown()) === camera);
      // What is in front of the phone has its right side on the right.
      const mirrored = () => page.getByTestId('tile-local').locator('video').evaluate((video) => getComputedStyle(video).transform !== 'none');
      await eventually('the own face alone is mirrored', async () => (await mirrored()) === (camera === front));
    }
  });

  test('devices that another program uses are said to be in use, and are there when it has let them go', async () => {
    await page.addInitScript(() => {
      const { mediaDevices } = navigator;
      const open = mediaDevices.getUserMedia.bind(mediaDevices);
      let busy = true;
      mediaDevices.getUserMedia = (constraints) => (busy ? Promise.reject(new DOMException('', 'NotReadableError')) : open(constraints));
      Object.assign(window, { letGo: () => (busy = false) });
    });
    // The microphone was left off before: of the camera alone the words stand below the place of its picture.
    await page.goto(`${server.url}${path}`);
    await page.getByTestId('prejoin').getByText('Another program or another browser window is using it.').waitFor();
    await page.evaluate(() => localStorage.removeItem('rotunda.devices'));
    await page.reload();
    await page.getByTestId('devices-busy').getByText(/another program/i).first().waitFor();
    // @ts-expect-error the init script has left it there
    await page.evaluate(() => window.letGo());
    await page.getByTestId('retry-devices').click();
    await on('prejoin-camera');
    await on('prejoin-microphone');
    // @ts-expect-error the init script has left it there
    await page.addInitScript(() => window.letGo());
  });

  test('a remembered camera that is gone gives way to the default without a word', async () => {
    await page.evaluate(() => localStorage.setItem('rotunda.devices', JSON.stringify({ camera: 'gone', microphone: 'gone' })));
    await page.reload();
    await on('prejoin-camera');
    await on('prejoin-microphone');
    assert.equal(await page.getByTestId('toast-error').count(), 0);
  });
});
