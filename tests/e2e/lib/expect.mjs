// Waiting for what a person would see, with a plain sentence when it does not come.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { showsBars } from './media.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('puppeteer-core').Page} FirefoxPage */

/** @param {string} message @returns {never} */
export const fail = (message) => {
  throw new assert.AssertionError({ message });
};

/**
 * Asks until the answer is neither undefined nor false.
 * @template T
 * @param {string} what the sentence when it does not come
 * @param {() => Promise<T | undefined | false> | T | undefined | false} ask
 * @param {number} [milliseconds]
 * @returns {Promise<T>}
 */
export async function eventually(what, ask, milliseconds = 15_000) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) fail(`after ${milliseconds / 1000} s still not: ${what}`);
    await sleep(100);
  }
}

/**
 * The id of the remote video track that shows a look's bars on this page.
 * @param {Page | FirefoxPage} page @param {import('./media.mjs').Look} look @param {number} [milliseconds]
 */
export function sees(page, look, milliseconds) {
  const p = /** @type {Page} */ (page);
  /** @type {unknown} */
  let last;
  return eventually(`the picture of ${look.name} is seen`, async () => {
    const shown = await p.evaluate(() => window.instruments.remoteTracks('video').map((id) => ({ id, bars: window.instruments.bars(id) })));
    last = shown;
    return shown.find(({ bars }) => bars && showsBars(bars, look))?.id;
  }, milliseconds).catch((error) => fail(`${error.message}; seen: ${JSON.stringify(last)}`));
}

/** Asserts that one of the page's remote audio tracks carries a look's tone. @param {Page | FirefoxPage} page @param {import('./media.mjs').Look} look */
export async function hears(page, look) {
  const p = /** @type {Page} */ (page);
  /** @type {number[]} */
  let pitches = [];
  await eventually(`the tone of ${look.name}, ${look.toneHz} Hz, is heard`, async () => {
    pitches = await p.evaluate(() => Promise.all(window.instruments.remoteTracks('audio').map((id) => window.instruments.pitch(id, 1200))));
    return pitches.some((pitch) => Math.abs(pitch - look.toneHz) < 15);
  }).catch((error) => fail(`${error.message}; heard: ${pitches.map(Math.round)} Hz`));
}

/** A machine that others use as well may starve its browsers for some seconds: each pair has so many windows to show the share in. */
const WINDOWS = 6;

/** @typedef {{receiver: Page | FirefoxPage, sender: Page | FirefoxPage, track: string, who: string}} Pair */

/**
 * Measures for a while and asserts that each receiver decodes at least a share of the frames that its sender sent.
 * @param {Pair[]} pairs
 * @param {{seconds: number, share: number, height?: number}} wanted
 * @returns {Promise<void>}
 */
export async function decodes(pairs, wanted) {
  let left = pairs;
  for (let window = 1; left.length > 0; window += 1) {
    const failures = await decodesInOneWindow(left, wanted);
    if (window === WINDOWS) for (const error of failures.values()) throw error;
    for (const error of failures.values()) console.log(`    window ${window}: ${error.message}`);
    left = [...failures.keys()];
  }
}

/** Who did not in this window, and why. @param {Pair[]} pairs @param {{seconds: number, share: number, height?: number}} wanted */
async function decodesInOneWindow(pairs, { seconds, share, height }) {
  const pages = [...new Set(pairs.flatMap(({ receiver, sender }) => [receiver, sender]))];
  const look = async () => new Map(await Promise.all(pages.map(async (page) =>
    /** @type {const} */ ([page, await /** @type {Page} */ (page).evaluate(() => window.instruments.flows())]))));
  const before = await look();
  await sleep(seconds * 1000);
  const after = await look();
  /** @param {Pair} pair */
  const check = ({ receiver, sender, track, who }) => {
    const received = after.get(receiver)?.received.find((flow) => flow.track === track);
    assert.ok(received, `${who}: nothing is received on its track`);
    const earlier = before.get(receiver)?.received.find((flow) => flow.track === track)?.frames ?? 0;
    if (height !== undefined) assert.equal(received.height, height, `${who}: the height of the picture`);
    const layer = after.get(sender)?.sent.findIndex((flow) => flow.height === received.height) ?? -1;
    const sent = after.get(sender)?.sent[layer];
    assert.ok(sent, `${who}: a layer ${received.width}×${received.height} is decoded that nobody sends: ${JSON.stringify(after.get(sender)?.sent)}`);
    const sentFrames = sent.frames - (before.get(sender)?.sent[layer]?.frames ?? 0);
    const decoded = received.frames - earlier;
    assert.ok(sentFrames > seconds * 5, `${who}: only ${sentFrames} frames were sent in ${seconds} s`);
    assert.ok(decoded >= share * sentFrames, `${who}: decoded ${decoded} of ${sentFrames} frames in ${seconds} s`);
    console.log(`    ${who}: decoded ${decoded} of ${sentFrames} frames ${received.width}×${received.height} ${received.codec}`);
  };
  /** @type {Map<Pair, Error>} */
  const failures = new Map();
  for (const pair of pairs) {
    try {
      check(pair);
    } catch (error) {
      failures.set(pair, /** @type {Error} */ (error));
    }
  }
  return failures;
}
