// From the click on Join to the first picture of another, in a call of two people in real Chromium: node e2e/bench-join.mjs
// A benchmark and no test: prints its rounds and their median, and fails only when no picture comes at all.
import { setTimeout as sleep } from 'node:timers/promises';
import { connected, createRoomInApp, join, leave, registerInApp } from './lib/app.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { LOOKS } from './lib/media.mjs';
import { startServer } from './lib/server.mjs';

const ROUNDS = 7;
/** A person looks at the own picture for a moment, while the page loads what the call needs. */
const LOOK_MS = 1000;

const [hostLook, guestLook] = LOOKS;
if (hostLook === undefined || guestLook === undefined) throw new Error('two looks are needed');
const server = await startServer();
const browsers = await Promise.all([hostLook, guestLook].map((look) => launchChromium({ look })));
try {
  const [host, guest] = await Promise.all(browsers.map((browser) => newPage(browser)));
  if (host === undefined || guest === undefined) throw new Error('two pages are needed');
  await registerInApp(host, server.url, hostLook.name);
  const path = await createRoomInApp(host, 'Join');
  await host.goto(`${server.url}${path}`);
  await join(host);
  await registerInApp(guest, server.url, guestLook.name);
  /** @type {number[]} */
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    await guest.goto(`${server.url}${path}`);
    await guest.locator('[data-testid="prejoin-camera"][data-state="on"][aria-busy="false"]').waitFor();
    await sleep(LOOK_MS);
    await guest.getByTestId('join').click();
    await connected(guest);
    times.push(await eventually('a picture after the click', () => guest.evaluate(() => {
      const { clickedAt, firstFrameAt } = window.instruments.clickToFrame;
      return firstFrameAt > 0 && firstFrameAt - clickedAt;
    })));
    await leave(guest);
  }
  const sorted = times.map(Math.round).sort((a, b) => a - b);
  console.log(`click on Join to the first picture of another, ms: ${sorted.join(' ')}; median ${sorted[Math.floor(ROUNDS / 2)]}`);
} finally {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server.close();
}
