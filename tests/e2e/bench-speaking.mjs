// From the first sound of a voice to its mark on another's screen, in a call in real Chromium: node e2e/bench-speaking.mjs
// A benchmark and no test: prints its rounds, their median and the slowest; it fails only when no mark comes at all.
import { setTimeout as sleep } from 'node:timers/promises';
import { createRoomInApp, join, registerInApp, tileOf } from './lib/app.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { connect, sdkPage } from './lib/sdk.mjs';
import { startServer } from './lib/server.mjs';
import { mint } from './lib/token.mjs';

const ROUNDS = 15;
/** Longer than the mark lasts after the voice. */
const SILENCE_MS = 1500;

/** Runs in the speaker's page: publishes silence that `window.voice` turns into a tone, and back. */
const publishVoice = async () => {
  const context = new AudioContext();
  await context.resume();
  const oscillator = new OscillatorNode(context, { frequency: 440 });
  const gain = new GainNode(context, { gain: 0 });
  const output = context.createMediaStreamDestination();
  oscillator.connect(gain).connect(output);
  oscillator.start();
  const [track] = output.stream.getAudioTracks();
  if (!track) throw new Error('no track');
  await window.room.localParticipant.publishTrack(track, { source: window.LivekitClient.Track.Source.Microphone });
  window.voice = (on) => {
    gain.gain.value = on ? 0.4 : 0;
    return performance.timeOrigin + performance.now();
  };
};

/** Runs in the watcher's page: notes when the tile's mark comes. */
const watchMark = (/** @type {Element} */ tile) => {
  window.markedAt = 0;
  new MutationObserver(() => {
    if (tile.getAttribute('data-speaking') === 'true') requestAnimationFrame(() => (window.markedAt = performance.timeOrigin + performance.now()));
  }).observe(tile, { attributeFilter: ['data-speaking'] });
};

const server = await startServer();
const browsers = await Promise.all([launchChromium(), launchChromium()]);
try {
  const [watcherBrowser, speakerBrowser] = browsers;
  if (watcherBrowser === undefined || speakerBrowser === undefined) throw new Error('two browsers are needed');
  const watcher = await newPage(watcherBrowser);
  await registerInApp(watcher, server.url, 'Wanda Watcher');
  const path = await createRoomInApp(watcher, 'Voices');
  await watcher.goto(`${server.url}${path}`);
  await join(watcher);
  const speaker = await sdkPage(speakerBrowser);
  await connect(speaker, { url: server.wsUrl, token: mint({ identity: 'speaker', name: 'Sam Speaker', room: path.replace('/r/', '') }) });
  await speaker.evaluate(publishVoice);
  await tileOf(watcher, 'Sam Speaker').and(watcher.locator('[data-microphone="on"]')).evaluate(watchMark);
  /** @type {number[]} */
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    await sleep(SILENCE_MS);
    await watcher.evaluate(() => (window.markedAt = 0));
    const spokeAt = await speaker.evaluate(() => window.voice(true));
    times.push((await eventually('the mark', () => watcher.evaluate(() => window.markedAt > 0 && window.markedAt))) - spokeAt);
    await speaker.evaluate(() => window.voice(false));
  }
  const sorted = times.map(Math.round).sort((a, b) => a - b);
  console.log(`first sound of a voice to its mark on another's screen, ms: ${sorted.join(' ')}; median ${sorted[Math.floor(ROUNDS / 2)]}, slowest ${sorted.at(-1)}`);
} finally {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server.close();
}
