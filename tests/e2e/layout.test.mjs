// How the call looks, in a call of two people in the app and two who join by the SDK: a shared screen on the stage, a choice between several, pins,
// the speaker view, the own picture, full screen. The browser's own picker of screens needs a display, so that a drawn canvas stands for the screen.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createRoomInApp, join, registerInApp, tileOf } from './lib/app.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { LOOKS } from './lib/media.mjs';
import { connect, publish, sdkPage } from './lib/sdk.mjs';
import { startServer } from './lib/server.mjs';
import { mint } from './lib/token.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Runs in the page before its scripts. */
function drawnScreen() {
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
}

const onStage = (/** @type {Page} */ page) => page.locator('[data-where="stage"]');
const screenOf = (/** @type {Page} */ page, /** @type {string} */ name) => page.locator(`[data-kind="screen"][data-name="${name}"]`);
const personOf = (/** @type {Page} */ page, /** @type {string} */ name) => tileOf(page, name).and(page.locator('[data-kind="person"]'));
const self = (/** @type {Page} */ page) => page.getByTestId('tile-local');

/** @param {import('playwright-core').Locator} locator */
const boxOf = async (locator) => (await locator.boundingBox()) ?? assert.fail('it has no place');

/** Chooses an entry of a tile's own menu. @param {import('playwright-core').Locator} tile @param {string} what */
async function inTile(tile, what) {
  await tile.hover();
  await tile.getByTestId('tile-menu').click();
  await tile.page().getByTestId(`tile-${what}`).click();
}

/** Chooses an entry of the layout menu. @param {Page} page @param {string} what */
async function inLayout(page, what) {
  await page.getByTestId('layout-button').click();
  await page.getByTestId(`layout-${what}`).click();
}

describe('the layout of a call', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let browser;
  /** @type {Page} */ let host;
  /** @type {Page} */ let guest;
  let path = '';

  before(async () => {
    server = await startServer();
    browser = await launchChromium();
    host = await newPage(browser);
    guest = await newPage(browser);
    for (const page of [host, guest]) await page.addInitScript(drawnScreen);
    await registerInApp(host, server.url, 'Hanna Host');
    path = await createRoomInApp(host, 'Slides');
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

  test('with one other, the own picture floats over theirs and can be moved by pointer and by keys', async () => {
    const tile = self(host);
    assert.equal(await tile.getAttribute('data-where'), 'floating');
    const ground = await boxOf(personOf(host, 'Gus Guest'));
    const corner = async () => {
      const { x, y, width, height } = await boxOf(tile);
      return `${y + height / 2 < ground.y + ground.height / 2 ? 'top' : 'bottom'} ${x + width / 2 < ground.x + ground.width / 2 ? 'left' : 'right'}`;
    };
    assert.equal(await corner(), 'bottom right');
    const { x, y, width } = await boxOf(tile);
    await host.mouse.move(x + width / 4, y + 20);
    await host.mouse.down();
    await host.mouse.move(ground.x + 200, ground.y + 120, { steps: 5 });
    await host.mouse.up();
    await eventually('it is at the top left', async () => (await corner()) === 'top left');
    await tile.getByTestId('tile-move').focus();
    await host.keyboard.press('ArrowRight');
    await eventually('it is at the top right', async () => (await corner()) === 'top right');
    await host.reload();
    await join(host);
    await personOf(host, 'Gus Guest').waitFor();
    await eventually('it is where it was before the reload', async () => (await corner()) === 'top right');
  });

  test('the own picture can be hidden and brought back; the others see it all the same', async () => {
    await inTile(self(host), 'hide');
    await self(host).waitFor({ state: 'detached' });
    assert.ok(await personOf(guest, 'Hanna Host').locator('video').isVisible());
    await inLayout(host, 'hide-self');
    await self(host).waitFor();
  });

  test('a small window beside other work shows the other, and its buttons work', async () => {
    await inLayout(host, 'pip');
    /** @param {string} id @param {boolean} [click] */
    const small = (id, click = false) => host.evaluate(({ wanted, press }) => {
      const { documentPictureInPicture } = /** @type {{documentPictureInPicture?: {window: Window | null}}} */ (/** @type {unknown} */ (window));
      const element = documentPictureInPicture?.window?.document.querySelector(`[data-testid="${wanted}"]`);
      if (press) /** @type {HTMLElement | null | undefined} */ (element)?.click();
      return element === null || element === undefined ? undefined : { text: element.textContent, state: element.getAttribute('data-state'), width: element.getBoundingClientRect().width, frames: 'getVideoPlaybackQuality' in element ? /** @type {HTMLVideoElement} */ (element).getVideoPlaybackQuality().totalVideoFrames : 0 };
    }, { wanted: id, press: click });
    await eventually('the small window names the other', async () => (await small('pip-name'))?.text === 'Gus Guest');
    await eventually('the small window shows moving pictures', async () => ((await small('video'))?.frames ?? 0) > 10);
    assert.equal((await small('pip-camera'))?.width, 44, 'it has the styles that the policy allows');
    for (const state of ['off', 'on']) {
      await small('pip-camera', true);
      await eventually(`the button says ${state}`, async () => (await small('pip-camera'))?.state === state);
      await tileOf(guest, 'Hanna Host').and(guest.locator(`[data-camera="${state}"]`)).waitFor();
    }
    await inLayout(host, 'pip');
    await eventually('the small window is gone', async () => (await small('pip')) === undefined);
  });

  test('a shared screen is the stage for both, moving and green, with the people in a strip', async () => {
    await host.getByTestId('share-screen').click();
    await host.getByTestId('share-detail').click();
    const [shared, seen] = [screenOf(host, 'Hanna Host'), screenOf(guest, 'Hanna Host')];
    await shared.waitFor();
    assert.equal(await shared.getByTestId('tile-name').textContent(), 'Your screen');
    assert.equal(await host.getByTestId('share-screen').getAttribute('data-state'), 'on');
    await seen.and(onStage(guest)).waitFor();
    assert.equal(await seen.getByTestId('tile-name').textContent(), 'Screen of Hanna Host');
    await eventually('the guest sees the green screen', () => seen.locator('video').evaluate((element) => {
      const video = /** @type {HTMLVideoElement} */ (element);
      const pen = /** @type {CanvasRenderingContext2D} */ (Object.assign(document.createElement('canvas'), { width: 8, height: 8 }).getContext('2d'));
      pen.drawImage(video, 0, 0, 8, 8);
      const [red = 0, green = 0, blue = 0] = pen.getImageData(1, 1, 1, 1).data;
      return green > 120 && red < 60 && blue < 110;
    }), 15_000);
    assert.equal(await guest.locator('[data-where="people"]').count(), 2);
    const [stage, person] = [await boxOf(seen), await boxOf(self(guest))];
    assert.ok(stage.width > 2.5 * person.width && stage.x + stage.width <= person.x, JSON.stringify({ stage, person }));
    if (process.env.SCREENSHOT) await guest.screenshot({ path: process.env.SCREENSHOT });
  });

  test('of two shared screens one can choose which is large', async () => {
    await guest.getByTestId('share-screen').click();
    await guest.getByTestId('share-detail').click();
    await screenOf(host, 'Gus Guest').and(onStage(host)).waitFor();
    const own = screenOf(host, 'Hanna Host');
    await own.getByTestId('tile-enlarge').click();
    await own.and(onStage(host)).waitFor();
    assert.equal(await onStage(host).count(), 1);
  });

  test('a share ends with a click on the same button', async () => {
    for (const page of [guest, host]) await page.getByTestId('share-screen').click();
    for (const page of [host, guest]) await page.locator('[data-kind="screen"]').first().waitFor({ state: 'detached' });
    assert.equal(await host.getByTestId('share-screen').getAttribute('data-state'), 'off');
  });

  describe('with two more', () => {
    /** @type {Page[]} */ let others = [];
    const names = ['Sam Speaker', 'Tia Talker'];
    const hush = (/** @type {number} */ at, /** @type {boolean} */ silent) => others[at]?.evaluate((mute) => {
      for (const { track } of window.room.localParticipant.audioTrackPublications.values()) mute ? track?.mute() : track?.unmute();
    }, silent);

    before(async () => {
      for (const page of [host, guest]) await page.getByTestId('toggle-microphone').click();
      others = await Promise.all(names.map(() => sdkPage(browser)));
      for (const [at, page] of others.entries()) {
        const token = mint({ identity: `sdk${at}`, name: names[at], room: path.replace('/r/', '') });
        await connect(page, { url: server.wsUrl, token, options: { adaptiveStream: true } });
        await publish(page, LOOKS[at] ?? assert.fail());
        await hush(at, true);
      }
      for (const name of names) await personOf(host, name).locator('video').waitFor();
    });

    test('several can be pinned, and share the stage', async () => {
      for (const name of names) {
        await inTile(personOf(host, name), 'pin');
        await personOf(host, name).and(onStage(host)).waitFor();
      }
      assert.equal(await onStage(host).count(), 2);
      await personOf(host, names[0] ?? '').getByTestId('pinned').waitFor();
      assert.equal(await onStage(guest).count(), 0, 'pins are one’s own');
      await inTile(personOf(host, names[0] ?? ''), 'pin');
      await eventually('one is left', async () => (await onStage(host).count()) === 1);
      await inLayout(host, 'unpin-all');
      await onStage(host).waitFor({ state: 'detached' });
    });

    test('the speaker view follows who speaks', async () => {
      await inLayout(host, 'speaker');
      for (const [at, name] of names.entries()) {
        await hush(at, false);
        await personOf(host, name).and(host.locator('[data-speaking="true"]')).waitFor();
        await personOf(host, name).and(onStage(host)).waitFor();
        assert.equal(await onStage(host).count(), 1);
        await hush(at, true);
      }
      await inLayout(host, 'auto');
      await onStage(host).waitFor({ state: 'detached' });
    });

    test('a host puts someone into everyone’s spotlight, and ends it', async () => {
      const [name = ''] = names;
      await inTile(personOf(host, name), 'spotlight');
      for (const page of [host, guest]) await personOf(page, name).and(onStage(page)).getByTestId('spotlit').waitFor();
      await personOf(guest, name).hover();
      await personOf(guest, name).getByTestId('tile-menu').click();
      await guest.getByTestId('tile-pin').waitFor();
      assert.equal(await guest.getByTestId('tile-spotlight').count(), 0, 'a guest has no such power');
      await guest.keyboard.press('Escape');
      await inTile(personOf(host, name), 'spotlight');
      for (const page of [host, guest]) await onStage(page).waitFor({ state: 'detached' });
    });

    test('the call and a single tile can have the whole screen', async () => {
      await inLayout(host, 'fullscreen');
      await host.waitForFunction(() => document.fullscreenElement === document.documentElement);
      await inLayout(host, 'fullscreen');
      await host.waitForFunction(() => document.fullscreenElement === null);
      const tile = personOf(host, names[0] ?? '');
      await inTile(tile, 'fullscreen');
      await host.waitForFunction(() => document.fullscreenElement?.matches('li'));
      const { width } = await boxOf(tile.locator('video'));
      assert.equal(Math.round(width), await host.evaluate(() => innerWidth));
      await tile.getByTestId('tile-exit-fullscreen').click();
      await host.waitForFunction(() => document.fullscreenElement === null);
    });
  });
});
