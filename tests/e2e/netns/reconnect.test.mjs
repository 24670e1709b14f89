// livekit-client comes back by itself: after its WebSocket was cut, after its media path was dead for a while, after the
// server was killed and started again. Runs in a namespace of its own, whose firewall it may change.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchChromium } from '../lib/chromium.mjs';
import { eventually, sees } from '../lib/expect.mjs';
import { LOOKS } from '../lib/media.mjs';
import { NAMESPACE_ADDRESS } from '../lib/namespace.mjs';
import { Proxy } from '../lib/proxy.mjs';
import { connect, publish, sdkPage } from '../lib/sdk.mjs';
import { startServer } from '../lib/server.mjs';
import { mint } from '../lib/token.mjs';

assert.ok(process.env.ROTUNDA_TEST_NAMESPACE, 'runs inside a namespace: node tests/e2e/run.mjs FILE');

const [near, far] = /** @type {[import('../lib/media.mjs').Look, import('../lib/media.mjs').Look]} */ (LOOKS);

describe('livekit-client comes back by itself', () => {
  /** @type {import('../lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let browser;
  /** @type {import('playwright-core').Page} */ let a;
  /** @type {import('playwright-core').Page} */ let b;
  /** @type {Proxy} */ let proxy;

  before(async () => {
    server = await startServer({ externalIp: NAMESPACE_ADDRESS });
    browser = await launchChromium();
    proxy = new Proxy(server);
    const url = await proxy.listen();
    [a, b] = [await sdkPage(browser), await sdkPage(browser)];
    await connect(a, { url, token: mint({ identity: 'a', room: 'storm' }) });
    await connect(b, { url: server.wsUrl, token: mint({ identity: 'b', room: 'storm' }) });
    await Promise.all([publish(a, near), publish(b, far)]);
    await Promise.all([sees(a, far), sees(b, near)]);
  });
  after(async () => {
    await browser?.close();
    proxy?.close();
    await server?.close();
  });

  /** Whether a page's room has said something since a number of events. @param {import('playwright-core').Page} page @param {string} event @param {number} since */
  const said = (page, event, since) => page.evaluate(([event, since]) => window.seen.slice(Number(since)).includes(String(event)), /** @type {const} */ ([event, since]));
  const events = (/** @type {import('playwright-core').Page} */ page) => page.evaluate(() => window.seen.length);
  /** Frames are decoded now. Each look finds the track anew: what was seen before the break may stand still for ever. @param {import('playwright-core').Page} page @param {import('../lib/media.mjs').Look} look */
  const seesMoving = (page, look) => eventually(`new frames of ${look.name}`, async () => {
    const track = await sees(page, look, 30_000);
    const frames = async () => (await page.evaluate(() => window.instruments.flows())).received.find((flow) => flow.track === track)?.frames ?? 0;
    const start = await frames();
    await sleep(1_000);
    return (await frames()) >= start + 10;
  }, 30_000);

  test('after the WebSocket was cut', async () => {
    const since = await events(a);
    const started = Date.now();
    proxy.cut();
    await eventually('the SDK is connected again', async () => (await said(a, 'reconnected', since)), 20_000);
    console.log(`    reconnected after ${Date.now() - started} ms`);
    await Promise.all([seesMoving(a, far), seesMoving(b, near)]);
    assert.equal(await said(a, 'disconnected', since), false);
  });

  test('after 12 s without a media path', async () => {
    const since = await events(a);
    const rules = `table inet cut {
      chain in { type filter hook input priority 0; udp dport ${server.udpPort} drop; udp sport ${server.udpPort} drop; }
    }`;
    execFileSync('nft', ['-f', '-'], { input: rules });
    try {
      await sleep(12_000);
    } finally {
      execFileSync('nft', ['delete', 'table', 'inet', 'cut']);
    }
    await Promise.all([seesMoving(a, far), seesMoving(b, near)]);
    assert.equal(await said(a, 'disconnected', since), false);
    assert.equal(await said(b, 'disconnected', 0), false);
  });

  test('after the server was killed and started again', async () => {
    await server.kill();
    await server.start();
    await Promise.all([seesMoving(a, far), seesMoving(b, near)]);
  });
});
