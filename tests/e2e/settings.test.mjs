// Two people in a call: one changes devices, loses one, holds the space bar to talk and opens the dialogs; the other sees and hears what comes of it.
// Plugging and unplugging happen at the browser's API.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createRoomInApp, join as enter, registerInApp, tileOf } from './lib/app.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { LOOKS, writeTone } from './lib/media.mjs';
import { startServer } from './lib/server.mjs';

/** Lets a test take devices away and give them back: `window.machine`. */
function pluggable() {
  const { mediaDevices } = navigator;
  const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices);
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  /** @type {Set<string>} */ const gone = new Set();
  /** @type {MediaStreamTrack[]} */ const tracks = [];
  const change = () => mediaDevices.dispatchEvent(new Event('devicechange'));
  mediaDevices.enumerateDevices = async () => (await enumerate()).filter(({ deviceId }) => !gone.has(deviceId));
  mediaDevices.getUserMedia = async (constraints = {}) => {
    for (const part of [constraints.video, constraints.audio]) {
      const wanted = typeof part === 'object' && typeof part.deviceId === 'object' && 'exact' in part.deviceId ? part.deviceId.exact : undefined;
      if (typeof wanted === 'string' && gone.has(wanted)) throw new DOMException('', 'OverconstrainedError');
    }
    const stream = await open(constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };
  window.machine = {
    live: (kind) => tracks.filter((track) => track.kind === kind && track.readyState === 'live'),
    unplug(label) {
      for (const track of tracks) {
        if (track.label !== label || track.readyState === 'ended') continue;
        gone.add(track.getSettings().deviceId ?? '');
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
      change();
    },
    plugAllIn() {
      gone.clear();
      change();
    },
  };
}

describe('devices and keys during a call', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  let folder = '';
  /** @type {import('playwright-core').Browser} */ let browser;
  /** @type {import('playwright-core').Page} */ let host;
  /** @type {import('playwright-core').Page} */ let guest;

  const cameraOf = (/** @type {import('playwright-core').Page} */ page) => page.evaluate(() => window.machine.live('video')[0]?.label);
  const toast = (/** @type {RegExp} */ words) => guest.getByTestId('toasts').getByText(words).waitFor();
  const hostSees = (/** @type {string} */ device, /** @type {string} */ state) => tileOf(host, 'Gus Guest').and(host.locator(`[data-${device}="${state}"]`)).waitFor();
  const settings = async () => {
    await guest.getByTestId('more-button').click();
    await guest.getByTestId('menu-settings').click();
    await guest.getByTestId('settings').waitFor();
  };
  const close = async () => {
    await guest.getByTestId('close-settings').click();
    await guest.getByTestId('settings').waitFor({ state: 'detached' });
  };
  /** How many pictures of the guest the host's browser has shown. */
  const shown = () => tileOf(host, 'Gus Guest').locator('video').evaluate((video) => /** @type {HTMLVideoElement} */ (video).getVideoPlaybackQuality().totalVideoFrames);
  const goesOn = async () => {
    const before = await shown();
    await eventually('the host sees new pictures of the guest', async () => (await shown()) > before + 5);
  };

  before(async () => {
    server = await startServer();
    // The second of Chromium's fake cameras makes pictures that no encoder takes.
    folder = mkdtempSync(join(tmpdir(), 'rotunda-voice-'));
    writeTone(join(folder, 'voice.wav'), LOOKS[0] ?? assert.fail());
    browser = await launchChromium({ args: ['--use-fake-device-for-media-stream=device-count=3,fps=15', `--use-file-for-fake-audio-capture=${join(folder, 'voice.wav')}`] });
    host = await newPage(browser);
    guest = await newPage(browser);
    await guest.addInitScript(pluggable);
    await registerInApp(host, server.url, 'Hanna Host');
    const path = await createRoomInApp(host, 'Devices');
    await registerInApp(guest, server.url, 'Gus Guest');
    for (const page of [host, guest]) {
      await page.goto(`${server.url}${path}`);
      await enter(page);
    }
    await hostSees('camera', 'on');
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('another camera is chosen in the settings, and the other side sees its picture', async () => {
    const first = await eventually('a camera runs', () => cameraOf(guest));
    await settings();
    await assertAccessible(guest, 'the settings');
    await guest.getByTestId('settings-devices').click();
    const second = await guest.getByTestId('choose-camera').locator('option').last().textContent() ?? assert.fail();
    assert.notEqual(second, first);
    await guest.getByTestId('choose-camera').selectOption({ label: second });
    await eventually('the second camera runs, and it alone', () => guest.evaluate((label) => window.machine.live('video').map((track) => track.label).join() === label, second));
    await goesOn();
    await close();
  });

  test('a camera that is unplugged gives way to another with words, and is in use again when it is back', async () => {
    const chosen = await cameraOf(guest) ?? assert.fail();
    await guest.evaluate((label) => window.machine.unplug(label), chosen);
    await toast(/Your camera .* is gone\. Now using/);
    await eventually('another camera runs', async () => ![undefined, chosen].includes(await cameraOf(guest)));
    await goesOn();
    await hostSees('camera', 'on');
    await guest.evaluate(() => window.machine.plugAllIn());
    await toast(/Your camera .* is back/);
    await eventually('the chosen camera runs, and it alone', () => guest.evaluate((label) => window.machine.live('video').map((track) => track.label).join() === label, chosen));
    await goesOn();
  });

  test('a host who mutes is told of', async () => {
    await host.getByTestId('people-button').click();
    await host.getByTestId('person').filter({ hasText: 'Gus Guest' }).getByTestId('person-menu').click();
    await host.getByTestId('person-mute').click();
    await toast(/The host muted you/);
    await hostSees('microphone', 'off');
    await guest.keyboard.press('m');
    await hostSees('microphone', 'on');
  });

  test('the keys are listed, can be switched off, and are no keys while someone types', async () => {
    await guest.keyboard.press('?');
    await guest.getByTestId('shortcut').filter({ hasText: 'Microphone on or off' }).waitFor();
    await guest.getByTestId('prefer-singleKeys').click();
    await guest.keyboard.press('Escape');
    await guest.getByTestId('shortcuts').waitFor({ state: 'detached' });
    await guest.keyboard.press('v');
    await guest.keyboard.press('Control+d');
    await guest.locator('[data-testid="toggle-microphone"][data-state="off"]').waitFor();
    assert.equal(await guest.getByTestId('toggle-camera').getAttribute('data-state'), 'on', 'V does nothing while single keys are off');
    await settings();
    await guest.getByTestId('settings-sound').click();
    await guest.getByTestId('prefer-singleKeys').click();
    await close();
    await guest.keyboard.press('m');
    await guest.locator('[data-testid="toggle-microphone"][data-state="on"]').waitFor();
  });

  test('the space bar is held to talk, and the microphone goes off when the window loses the focus', async () => {
    await guest.keyboard.press('m');
    await hostSees('microphone', 'off');
    await guest.keyboard.down(' ');
    await hostSees('microphone', 'on');
    await guest.evaluate(() => window.dispatchEvent(new Event('blur')));
    await hostSees('microphone', 'off');
    await guest.keyboard.up(' ');
    await guest.keyboard.down(' ');
    await hostSees('microphone', 'on');
    await guest.keyboard.up(' ');
    await hostSees('microphone', 'off');
  });

  test('who speaks with the microphone off is told, and is on with a click', async () => {
    await guest.getByTestId('toast-info').filter({ hasText: 'your microphone is off' }).getByTestId('toast-action').click();
    await hostSees('microphone', 'on');
  });

  test('in push-to-talk the microphone is on only while its button is held', async () => {
    await settings();
    await guest.getByTestId('settings-sound').click();
    await guest.getByTestId('prefer-pushToTalk').click();
    await close();
    await hostSees('microphone', 'off');
    await guest.getByTestId('toggle-microphone').hover();
    await guest.mouse.down();
    await hostSees('microphone', 'on');
    await guest.mouse.up();
    await hostSees('microphone', 'off');
  });

  test('a second device of one’s own joins without microphone and sound, and says so', async () => {
    const second = await guest.context().newPage();
    await second.goto(guest.url());
    await enter(second);
    await second.getByTestId('second-device').waitFor();
    await second.locator('[data-testid="toggle-microphone"][data-state="off"]').waitFor();
    const muted = () => second.getByTestId('audio').evaluateAll((all) => all.map((audio) => /** @type {HTMLAudioElement} */ (audio).muted));
    await eventually('all sound is muted', async () => (await muted()).every((value) => value));
    await second.getByTestId('second-device').getByRole('button').click();
    await second.getByTestId('second-device').waitFor({ state: 'detached' });
    await eventually('the host is heard', async () => (await muted()).some((value) => !value));
    await second.close();
  });
});
