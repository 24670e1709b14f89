// What the app costs a browser: node e2e/bench-web.mjs
// 1. First paint of the lobby with a processor four times slower. 2. A call with 25 tiles, of which 24 move: long tasks, the heap after a forced
// collection in minute 1 and minute 5, and how often React draws while nothing happens.
// A benchmark and no test: prints figures beside what is aimed at. PUBLISHERS names the built load client (`make bench-web` does).
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRoomInApp, join, registerInApp } from './lib/app.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { LOOKS } from './lib/media.mjs';
import { startServer } from './lib/server.mjs';

const PAINTS = 7;
const OTHERS = 24;
const PICTURES = 4;
const SETTLE_MS = 15_000;
const MINUTES = 5;
const IDLE_MS = 60_000;
const LONG_TASK_MS = 200;

const { PUBLISHERS } = process.env;
if (PUBLISHERS === undefined) throw new Error('PUBLISHERS names no load client: make bench-web');
const [look] = LOOKS;
if (look === undefined) throw new Error('a look is needed');

const median = (/** @type {number[]} */ values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const say = (/** @type {string} */ what, /** @type {string} */ measured, /** @type {string} */ goal) => console.log(`${what.padEnd(60)} ${measured.padEnd(34)} ${goal}`);

/** @param {import('playwright-core').Browser} browser @param {string} url */
async function firstPaints(browser, url) {
  /** @type {number[]} */ const times = [];
  for (let round = 0; round < PAINTS; round += 1) {
    const page = await newPage(browser, { viewport: { width: 1280, height: 800 } });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await page.goto(url);
    times.push(await eventually('a first paint', () => page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime)));
    await page.context().close();
  }
  return times.map(Math.round).sort((a, b) => a - b);
}

/** Pictures of people who nod, as a browser draws them. @param {import('playwright-core').Browser} browser @param {string} folder */
async function drawPictures(browser, folder) {
  const page = await newPage(browser);
  for (let person = 1; person <= OTHERS; person += 1) {
    for (let number = 0; number < PICTURES; number += 1) {
      const data = await page.evaluate(({ hue, sway }) => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
        const context = canvas.getContext('2d');
        if (context === null) throw new Error('no canvas');
        context.fillStyle = `hsl(${hue} 35% 55%)`;
        context.fillRect(0, 0, 320, 180);
        context.fillStyle = `hsl(${hue + 180} 30% 30%)`;
        context.beginPath();
        context.ellipse(160 + sway, 180, 60, 75, 0, 0, 7);
        context.ellipse(160 + sway, 75, 28, 34, 0, 0, 7);
        context.fill();
        return canvas.toDataURL('image/webp', 0.6);
      }, { hue: person * 15, sway: (number - 1.5) * 6 });
      writeFileSync(joinPath(folder, `person${person}-${number}.webp`), Buffer.from(data.split(',')[1] ?? '', 'base64'));
    }
  }
  await page.context().close();
}

/** Counts what React draws and which tasks are long. Runs in the page, before its scripts. */
function count() {
  /** @type {{commits: number, tasks: number[]}} */ const counts = { commits: 0, tasks: [] };
  Object.assign(window, { counts });
  Object.assign(window, { __REACT_DEVTOOLS_GLOBAL_HOOK__: { supportsFiber: true, inject: () => 1, onCommitFiberRoot: () => (counts.commits += 1), onCommitFiberUnmount: () => {}, onPostCommitFiberRoot: () => {} } });
  new PerformanceObserver((list) => counts.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask', buffered: true });
}

/** @returns {Promise<{commits: number, tasks: number[]}>} @param {import('playwright-core').Page} page */
// @ts-expect-error `count` has left it there
const countsOf = (page) => page.evaluate(() => structuredClone(window.counts));

const folder = mkdtempSync(joinPath(tmpdir(), 'rotunda-pictures-'));
const server = await startServer();
const browser = await launchChromium({ look });
/** @type {import('node:child_process').ChildProcess | undefined} */ let publishers;
try {
  const paints = await firstPaints(browser, server.url);
  say('lobby, first paint at a quarter of the speed, ms', `${median(paints)} (${paints[0]} to ${paints.at(-1)})`, '≤ 1000');

  await drawPictures(browser, folder);
  const page = await newPage(browser, { viewport: { width: 1280, height: 800 } });
  await page.addInitScript(count);
  await registerInApp(page, server.url, look.name);
  const path = await createRoomInApp(page, 'Twenty-five');
  publishers = spawn(PUBLISHERS, ['--url', server.url, '--room', path.replace('/r/', ''), '--pictures', folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { stdout } = publishers;
  if (stdout === null) throw new Error('the load client has no output');
  await new Promise((resolve, reject) => {
    stdout.once('data', resolve);
    publishers?.once('exit', (code) => reject(new Error(`the load client ended with ${code}`)));
  });
  await page.goto(server.url + path);
  await join(page);
  await eventually('25 tiles that move', () => page.evaluate((others) => [...document.querySelectorAll('[data-testid="tile"] video')].filter((video) => video instanceof HTMLVideoElement && video.videoWidth > 0).length === others, OTHERS), 60_000);
  await sleep(SETTLE_MS);

  const devtools = await page.context().newCDPSession(page);
  const heap = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    return (await devtools.send('Runtime.getHeapUsage')).usedSize;
  };
  const settled = await countsOf(page);
  await sleep(IDLE_MS);
  const idle = await countsOf(page);
  const first = await heap();
  // The collections that we force are no fault of the page's.
  const resumed = await countsOf(page);
  await sleep((MINUTES - 1) * 60_000);
  const end = await countsOf(page);
  const last = await heap();
  const tasks = [...idle.tasks.slice(settled.tasks.length), ...end.tasks.slice(resumed.tasks.length)].map(Math.round);
  const decoded = await page.evaluate(() => Math.min(...[...document.querySelectorAll('[data-testid="tile"] video')].map((video) => (video instanceof HTMLVideoElement ? video.getVideoPlaybackQuality().totalVideoFrames : 0))));
  say(`25 tiles, ${MINUTES} min: tasks over ${LONG_TASK_MS} ms`, `${tasks.filter((task) => task > LONG_TASK_MS).length} (longest ${Math.max(0, ...tasks)} ms)`, '0');
  say('25 tiles: heap after a collection, minute 5 over minute 1', `${((last / first - 1) * 100).toFixed(1)} % (${(first / 1e6).toFixed(1)} to ${(last / 1e6).toFixed(1)} MB)`, '≤ 5 %');
  say('25 tiles, idle call: React commits a second', ((idle.commits - settled.commits) / (IDLE_MS / 1000)).toFixed(2), '≤ 5');
  say('25 tiles: frames that the slowest tile showed', String(decoded), '');
} finally {
  publishers?.stdin?.end();
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
