// The LiveKit SDK for Python (libwebrtc) and npm livekit-client in Chromium, both unmodified, in one room with `devkey`
// tokens: pictures, tones and data go both ways.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launchChromium } from './lib/chromium.mjs';
import { eventually, hears, sees } from './lib/expect.mjs';
import { LOOKS, showsBars } from './lib/media.mjs';
import { PythonParticipant } from './lib/python.mjs';
import { connect, publish, sdkPage } from './lib/sdk.mjs';
import { startServer } from './lib/server.mjs';
import { mint } from './lib/token.mjs';

const [chromiumLook, pythonLook] = /** @type {[import('./lib/media.mjs').Look, import('./lib/media.mjs').Look]} */ (LOOKS);

describe('an SDK with libwebrtc and Chromium in one room', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let browser;
  /** @type {import('playwright-core').Page} */ let page;
  /** @type {PythonParticipant} */ let python;

  before(async () => {
    server = await startServer();
    browser = await launchChromium();
    page = await sdkPage(browser);
    await connect(page, { url: server.wsUrl, token: mint({ identity: 'browser', room: 'studio' }) });
    await publish(page, chromiumLook);
    python = new PythonParticipant({ url: server.wsUrl, token: mint({ identity: 'python', room: 'studio' }), look: pythonLook });
  });
  after(async () => {
    await python?.end();
    await browser?.close();
    await server?.close();
  });

  test('the SDK joins and each sees the other come', async () => {
    const { seconds } = await python.until('connected', ({ event }) => event === 'connected');
    console.log(`    the SDK connected in ${Math.round((seconds ?? 0) * 1000)} ms`);
    await eventually('the page sees the SDK join', () => page.evaluate(() => window.seen.includes('joined python')));
  });

  test('the SDK decodes the picture that Chromium sends', async () => {
    await python.until(`the bars of ${chromiumLook.name}`, ({ event, identity, bars, frames }) =>
      event === 'video' && identity === 'browser' && (frames ?? 0) > 30 && showsBars(bars ?? [], chromiumLook));
  });

  test('the SDK hears the tone that Chromium sends', async () => {
    await python.until(`${chromiumLook.toneHz} Hz`, ({ event, identity, hertz }) =>
      event === 'audio' && identity === 'browser' && Math.abs((hertz ?? 0) - chromiumLook.toneHz) < 10);
  });

  test('Chromium decodes the picture and hears the tone that the SDK sends', async () => {
    await python.until('published', ({ event }) => event === 'published');
    const track = await sees(page, pythonLook);
    await hears(page, pythonLook);
    const frames = async () => (await page.evaluate(() => window.instruments.flows())).received.find((flow) => flow.track === track)?.frames ?? 0;
    const start = await frames();
    await eventually('Chromium decodes 30 more frames', async () => (await frames()) >= start + 30, 6_000);
  });

  for (const reliable of [true, false]) {
    const way = reliable ? 'reliable' : 'lossy';
    test(`${way} data goes both ways`, async () => {
      python.tell({ send: `${way} from python`, topic: 'greeting', reliable });
      await eventually('the page gets it', () => page.evaluate((text) => window.packets.some((packet) =>
        packet.from === 'python' && packet.topic === 'greeting' && packet.text === text), `${way} from python`));
      await page.evaluate(([text, reliable]) => window.room.localParticipant.publishData(new TextEncoder().encode(String(text)), { reliable: Boolean(reliable), topic: 'answer' }),
        /** @type {const} */ ([`${way} from the page`, reliable]));
      const got = await python.until('the page\'s data', ({ event, text }) => event === 'data' && text === `${way} from the page`);
      assert.deepEqual({ identity: got.identity, topic: got.topic, reliable: got.reliable }, { identity: 'browser', topic: 'answer', reliable });
    });
  }

  test('data for a named participant reaches nobody else', async () => {
    const other = await sdkPage(browser);
    await connect(other, { url: server.wsUrl, token: mint({ identity: 'bystander', room: 'studio' }) });
    python.tell({ send: 'for the browser alone', to: ['browser'] });
    python.tell({ send: 'for everyone' });
    await eventually('the bystander gets what is for everyone', () => other.evaluate(() => window.packets.some(({ text }) => text === 'for everyone')));
    await eventually('the named one gets its own', () => page.evaluate(() => window.packets.some(({ text }) => text === 'for the browser alone')));
    assert.equal(await other.evaluate(() => window.packets.some(({ text }) => text === 'for the browser alone')), false);
    await other.context().close();
  });

  test('chat messages go both ways from their true sender, private ones to their people alone, and their fate is told', async () => {
    const heard = (/** @type {import('playwright-core').Page} */ at, /** @type {string} */ text) =>
      eventually(`the message ${text.slice(0, 20)}`, () => at.evaluate((text) => window.chat.find((message) => message.text === text), text));
    const receipt = (/** @type {string} */ stream) => eventually('the receipt', () => page.evaluate((stream) =>
      window.packets.filter(({ from, topic }) => from === '' && topic === 'rotunda.chat').map(({ text }) => JSON.parse(text)).find((told) => told.stream === stream), stream));
    const write = (/** @type {string} */ text, /** @type {string[]} */ to = []) => page.evaluate(async ([text, to]) =>
      (await window.room.localParticipant.sendText(String(text), { topic: 'lk.chat', destinationIdentities: [...to] })).id, /** @type {const} */ ([text, to]));

    python.tell({ chat: 'grüße from python' });
    const fromPython = await heard(page, 'grüße from python');
    assert.equal(fromPython.from, 'python');
    assert.ok(Math.abs(Number(fromPython.attributes['rotunda.sent']) - Date.now()) < 10_000);
    const stream = await write('a message\nfrom the page \u{1f600}');
    const got = await python.until('the chat message', ({ event, text }) => event === 'chat' && text === 'a message\nfrom the page \u{1f600}');
    assert.equal(got.identity, 'browser');
    assert.deepEqual(await receipt(stream), { stream, id: null });

    // Between browsers the SDK compresses what it can.
    const other = await sdkPage(browser);
    await connect(other, { url: server.wsUrl, token: mint({ identity: 'reader', room: 'studio' }) });
    await eventually('the page sees the reader', () => page.evaluate(() => window.seen.includes('joined reader')));
    const long = 'between the two of us, '.repeat(170);
    await write(long, ['reader']);
    const toReader = await heard(other, long);
    assert.deepEqual([toReader.from, toReader.attributes['rotunda.to']], ['browser', 'reader']);
    const refused = await write('x'.repeat(4001), ['reader']);
    assert.deepEqual(await receipt(refused), { stream: refused, error: 'too_long' });
    await write('for everyone again');
    await python.until('what is for everyone', ({ event, text }) => event === 'chat' && text === 'for everyone again');
    assert.ok(!python.said.some(({ event, text }) => event === 'chat' && (text === long || text?.startsWith('xxx'))));
    await other.context().close();
  });

  test('a 40,000-byte message arrives whole in both directions', async () => {
    const long = 'x'.repeat(12_000);
    python.tell({ send: `p${long}` });
    await eventually('the page gets it', () => page.evaluate((text) => window.packets.some((packet) => packet.text === text), `p${long}`));
    const longer = `b${'y'.repeat(40_000)}`;
    await page.evaluate((text) => window.room.localParticipant.publishData(new TextEncoder().encode(text), { reliable: true }), longer);
    await python.until('the long message', ({ event, text }) => event === 'data' && text === longer);
  });

  test('mute and unmute reach the SDK', async () => {
    await page.evaluate(() => window.room.localParticipant.getTrackPublication(window.LivekitClient.Track.Source.Microphone)?.mute());
    await python.until('muted', ({ event, identity }) => event === 'muted' && identity === 'browser');
    await page.evaluate(() => window.room.localParticipant.getTrackPublication(window.LivekitClient.Track.Source.Microphone)?.unmute());
    await python.until('unmuted', ({ event, identity }) => event === 'unmuted' && identity === 'browser');
  });

  test('leaving is seen by the other, and the SDK leaves in order', async () => {
    await python.leave();
    await eventually('the page sees the SDK go', () => page.evaluate(() => window.seen.includes('left python')));
  });
});
