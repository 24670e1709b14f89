// Real Chromium: participants with a known face and voice, and pages that a LiveKit SDK drives.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { instrument } from './instrument.mjs';
import { writePicture, writeTone } from './media.mjs';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('playwright-core').Page} Page */

/**
 * Starts a Chromium.
 * @param {{look?: import('./media.mjs').Look, prefix?: string[], args?: string[], devices?: boolean}} [wanted]
 *   `look` plays this participant's picture and tone as camera and microphone (a file capture belongs to the whole process);
 *   `prefix` is a command that starts it elsewhere, in a namespace; `devices: false` has no camera and no microphone
 */
export async function launchChromium({ look, prefix = [], args = [], devices = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'rotunda-chromium-'));
  const media = [];
  if (devices) media.push('--use-fake-device-for-media-stream=fps=30', '--use-fake-ui-for-media-stream');
  if (look) {
    const [picture, tone] = [join(folder, 'picture.y4m'), join(folder, 'tone.wav')];
    writePicture(picture, look);
    writeTone(tone, look);
    media.push(`--use-file-for-fake-video-capture=${picture}`, `--use-file-for-fake-audio-capture=${tone}`);
  }
  let executablePath = EXECUTABLE;
  if (prefix.length > 0) {
    executablePath = join(folder, 'chromium');
    writeFileSync(executablePath, `#!/bin/sh\nexec ${prefix.join(' ')} ${EXECUTABLE} "$@"\n`);
    chmodSync(executablePath, 0o755);
  }
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    chromiumSandbox: false,
    args: [...media, '--allow-loopback-in-peer-connection', '--autoplay-policy=no-user-gesture-required', ...args],
  });
  browser.on('disconnected', () => rmSync(folder, { recursive: true, force: true }));
  return browser;
}

/**
 * A page in a context of its own (cookies, storage), with the instruments.
 * @param {Browser} browser @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function newPage(browser, options) {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, ...options });
  const page = await context.newPage();
  await page.addInitScript(instrument);
  // A machine that runs several browsers is always busy; the app must not show fewer videos for that.
  await page.addInitScript(() => {
    const key = 'rotunda.preferences';
    try {
      if (localStorage.getItem(key) === null) localStorage.setItem(key, JSON.stringify({ fewerVideos: false }));
    } catch {
      // A page without an address has no storage.
    }
  });
  return page;
}
