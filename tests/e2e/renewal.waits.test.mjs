// livekit-client comes back with a token that the server has renewed, after the first would long have expired.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchChromium } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { Proxy } from './lib/proxy.mjs';
import { connect, sdkPage } from './lib/sdk.mjs';
import { startServer } from './lib/server.mjs';
import { mint } from './lib/token.mjs';

const TOKEN_SECONDS = 30;
/** The leeway that LiveKit's own server gives to a token's expiry. */
const LEEWAY_SECONDS = 60;

/** @type {import('./lib/server.mjs').Server} */ let server;
/** @type {import('playwright-core').Browser} */ let browser;
/** @type {import('playwright-core').Page} */ let page;
/** @type {Proxy} */ let proxy;

before(async () => {
  server = await startServer();
  browser = await launchChromium();
  page = await sdkPage(browser);
  proxy = new Proxy(server);
});
after(async () => {
  await browser?.close();
  proxy?.close();
  await server?.close();
});

test('a cut after the first token has expired: the SDK comes back with the renewed one', async () => {
  const token = mint({ identity: 'patient', room: 'patience', seconds: TOKEN_SECONDS });
  const until = Date.now() + (TOKEN_SECONDS + LEEWAY_SECONDS + 2) * 1000;
  await connect(page, { url: await proxy.listen(), token });
  await sleep(until - Date.now());
  const refused = await fetch(`${server.url}/rtc/validate?access_token=${token}`);
  assert.equal(refused.status, 401, 'the first token is no longer good');
  const since = await page.evaluate(() => window.seen.length);
  proxy.cut();
  await eventually('the SDK is connected again', () => page.evaluate((start) => window.seen.slice(start).includes('reconnected'), since), 30_000);
  assert.equal(await page.evaluate(() => window.room.state), 'connected');
});
