// What a person's sound and picture are like after the effects that they chose: Ada's microphone and camera are made by the test, and Grace hears and
// sees what comes of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { connected, createRoomInApp, join, registerInApp, tileOf } from './lib/app.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { instrument } from './lib/instrument.mjs';
import { madeDevices, madePace } from './lib/made-devices.mjs';
import { startServer } from './lib/server.mjs';

describe('effects', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let browser;
  /** @type {import('playwright-core').Page} */ let ada;
  /** @type {import('playwright-core').Page} */ let grace;
  /** @type {import('playwright-core').BrowserContext} */ let alan;
  /** @type {string[]} */ const asked = [];
  /** @type {string[]} */ const broken = [];
  let path = '';

  const raw = 40;
  const blurred = 22;

  /** The contrast of the wall behind Ada as this page shows it. @param {import('playwright-core').Page} page @param {string} tile */
  const contrast = (page, tile) => page.evaluate((within) => {
    const video = document.querySelector(`${within} video`);
    return video instanceof HTMLVideoElement ? window.instruments.contrast(video) : undefined;
  }, tile);
  const isBlurred = (/** @type {number | undefined} */ wall) => wall !== undefined && wall < blurred;
  const isRaw = (/** @type {number | undefined} */ wall) => wall !== undefined && wall > raw;
  const choose = (/** @type {string} */ background) => ada.getByTestId(`background-${background}`).locator('input').check({ force: true });
  const settings = async (/** @type {() => Promise<unknown>} */ change) => {
    await ada.getByTestId('more-button').click();
    await ada.getByTestId('menu-settings').click();
    await ada.getByTestId('settings-effects').click();
    await change();
    await ada.getByTestId('close-settings').click();
    await ada.getByTestId('settings').waitFor({ state: 'detached' });
  };

  const chooseNoise = (/** @type {string} */ choice) => settings(() => ada.getByTestId('choose-noise').selectOption(choice));

  /** How loud Grace hears Ada, in decibels; no number as long as nothing arrives. */
  const heard = () => grace.evaluate(async () => {
    const all = await Promise.all(window.instruments.remoteTracks('audio').map((track) => window.instruments.loudness(track, 500)));
    return all.length > 0 ? Math.max(...all) : NaN;
  });

  before(async () => {
    server = await startServer();
    browser = await launchChromium({ args: ['--use-fake-device-for-media-stream=fps=15'] });
    ada = await newPage(browser);
    await ada.addInitScript(madeDevices);
    await ada.addInitScript(madePace);
    ada.on('request', (request) => asked.push(request.url()));
    ada.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) broken.push(message.text());
    });
    ada.on('pageerror', (error) => broken.push(String(error)));
    await registerInApp(ada, server.url, 'Ada Lovelace');
    path = await createRoomInApp(ada, 'Effects');
    await ada.goto(`${server.url}${path}`);
    grace = await newPage(browser);
    await registerInApp(grace, server.url, 'Grace Hopper');
    await grace.goto(`${server.url}${path}`);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test('before the call: the level of the microphone falls when strong suppression takes steady noise away', async () => {
    const level = async () => Number(await ada.getByTestId('microphone-level').getAttribute('aria-valuenow'));
    await eventually('the noise is on the meter', async () => (await level()) > 30);
    await ada.getByTestId('choose-noise').selectOption('strong');
    await eventually('the meter is still', async () => (await level()) < 5);
    await ada.evaluate(() => window.makeSound('voice'));
    await eventually('a voice is on the meter', async () => (await level()) > 30);
    await ada.evaluate(() => window.makeSound('noise'));
  });

  test('before the call: the own picture is blurred behind the person when that is chosen', async () => {
    await eventually('the wall as it is', async () => isRaw(await contrast(ada, '[data-testid="prejoin"]')));
    await choose('blurStrong');
    await eventually('a blurred wall', async () => isBlurred(await contrast(ada, '[data-testid="prejoin"]')), 60_000);
    await grace.evaluate(() => {
      window.strongest = 0;
      setInterval(() => {
        for (const video of document.querySelectorAll('[data-testid="tile"] video')) {
          if (video instanceof HTMLVideoElement) window.strongest = Math.max(window.strongest, window.instruments.contrast(video) ?? 0);
        }
      }, 40);
    });
  });

  test('in the call the others hear the voice and not the noise, as was chosen before it', async () => {
    await Promise.all([join(ada), join(grace)]);
    await tileOf(grace, 'Ada Lovelace').waitFor();
    await eventually('silence', async () => (await heard()) < -60, 30_000);
    await ada.evaluate(() => window.makeSound('voice'));
    await eventually('the voice', async () => (await heard()) > -35, 30_000);
  });

  test('switched off in the call, the noise is heard, and switched on again it is gone by at least 20 dB', async () => {
    await ada.evaluate(() => window.makeSound('noise'));
    await chooseNoise('off');
    const noise = await eventually('the noise', async () => {
      const level = await heard();
      return level > -40 && level;
    });
    await chooseNoise('strong');
    const quiet = await eventually('at least 20 dB less', async () => {
      const level = await heard();
      return level < noise - 20 && level;
    }, 30_000);
    console.log(`    steady noise of ${noise.toFixed(0)} dB became ${quiet.toFixed(0)} dB`);
  });

  test('the suppression is still there after the microphone was off and on', async () => {
    await ada.getByTestId('toggle-microphone').click();
    await ada.locator('[data-testid="toggle-microphone"][data-state="off"][aria-busy="false"]').waitFor();
    await ada.getByTestId('toggle-microphone').click();
    await ada.locator('[data-testid="toggle-microphone"][data-state="on"][aria-busy="false"]').waitFor();
    await ada.evaluate(() => window.makeSound('voice'));
    await eventually('the voice', async () => (await heard()) > -35);
    await ada.evaluate(() => window.makeSound('noise'));
    await eventually('no noise', async () => (await heard()) < -60, 30_000);
  });

  test('the others see the blurred wall, and never saw another, not when the camera went off and on either', async () => {
    await eventually('a blurred wall', async () => isBlurred(await contrast(grace, '[data-testid="tile"]')), 30_000);
    await ada.getByTestId('toggle-camera').click();
    await tileOf(grace, 'Ada Lovelace').and(grace.locator('[data-camera="off"]')).waitFor();
    await ada.getByTestId('toggle-camera').click();
    await tileOf(grace, 'Ada Lovelace').and(grace.locator('[data-camera="on"]')).waitFor({ timeout: 60_000 });
    await eventually('a blurred wall', async () => isBlurred(await contrast(grace, '[data-testid="tile"]')), 30_000);
    const strongest = await grace.evaluate(() => window.strongest);
    assert.ok(strongest > 0 && strongest < raw, `the strongest contrast that was seen: ${strongest}`);
  });

  test('without a background the wall is seen as it is, and with a drawn one not at all', async () => {
    await settings(() => choose('none'));
    await eventually('the wall as it is', async () => isRaw(await contrast(grace, '[data-testid="tile"]')), 30_000);
    await settings(() => choose('dusk'));
    await eventually('no wall', async () => isBlurred(await contrast(grace, '[data-testid="tile"]')), 60_000);
  });

  test('on a machine that is too slow the camera goes off, with words, and nobody sees the wall', async () => {
    await grace.evaluate(() => (window.strongest = 0));
    await ada.evaluate(() => window.makeSlow());
    await ada.getByTestId('toast-error').filter({ hasText: 'This device is too slow to change the background' }).waitFor();
    await tileOf(grace, 'Ada Lovelace').and(grace.locator('[data-camera="off"]')).waitFor();
    const strongest = await grace.evaluate(() => window.strongest);
    assert.ok(strongest < raw, `the strongest contrast that was seen: ${strongest}`);
  });

  test('where the browser cannot, its own suppression is on and the camera off, with words', async () => {
    const page = await newPage(browser);
    alan = page.context();
    await page.addInitScript(() => {
      localStorage.setItem('rotunda.effects', JSON.stringify({ noise: 'strong', background: 'blurStrong' }));
      AudioWorklet.prototype.addModule = () => Promise.reject(new DOMException('', 'AbortError'));
    });
    await page.route(/\/assets\/selfie_segmentation/, (route) => route.abort());
    await registerInApp(page, server.url, 'Alan Turing');
    await page.goto(`${server.url}${path}`);
    await page.getByTestId('toast-error').filter({ hasText: 'Strong noise suppression does not work here' }).waitFor();
    assert.equal(await page.getByTestId('choose-noise').inputValue(), 'browser');
    await page.getByTestId('toast-error').filter({ hasText: 'The background cannot be changed here' }).waitFor();
    await page.locator('[data-testid="prejoin-camera"][data-state="off"]').waitFor();
    assert.ok(await page.getByTestId('background-none').locator('input').isChecked());
    await page.getByTestId('join').click();
    await connected(page);
    await page.close();
  });

  test('a browser that gives pages no single frames changes the background by way of a canvas', async () => {
    const page = await alan.newPage();
    await page.addInitScript(instrument);
    await page.addInitScript(madeDevices);
    await page.addInitScript(madePace);
    await page.addInitScript(() => {
      for (const name of ['MediaStreamTrackProcessor', 'MediaStreamTrackGenerator']) Reflect.deleteProperty(window, name);
      localStorage.setItem('rotunda.effects', JSON.stringify({ noise: 'off', background: 'blurStrong' }));
    });
    await page.goto(`${server.url}${path}`);
    // Off since the background could not be changed.
    await page.locator('[data-testid="prejoin-camera"][data-state="off"]').click();
    await eventually('a blurred wall', async () => isBlurred(await contrast(page, '[data-testid="prejoin"]')), 60_000);
    // It goes on, and is no picture that stands still.
    const shown = () => page.evaluate(() => document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0);
    const start = await shown();
    await eventually('new pictures', async () => (await shown()) > start + 5);
    await page.getByTestId('background-none').locator('input').check({ force: true });
    await eventually('the wall as it is', async () => isRaw(await contrast(page, '[data-testid="prejoin"]')));
  });

  test('nothing was asked of anyone but our server, and no rule of the policy was broken', () => {
    const elsewhere = asked.filter((url) => !['data:', 'blob:'].includes(new URL(url).protocol) && new URL(url).host !== new URL(server.url).host);
    assert.deepEqual(elsewhere, []);
    assert.ok(asked.some((url) => url.includes('selfie_segmentation') && url.endsWith('.wasm')), 'the model’s code came from our server');
    assert.ok(asked.some((url) => url.includes('rnnoise') && url.endsWith('.wasm')), 'the network came from our server');
    assert.deepEqual(broken, []);
  });
});
