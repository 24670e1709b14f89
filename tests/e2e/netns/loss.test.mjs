// A real Chromium behind a network that loses 15 % of the packets each way joins, sees the other and is seen.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launchChromium } from '../lib/chromium.mjs';
import { eventually, sees } from '../lib/expect.mjs';
import { LOOKS } from '../lib/media.mjs';
import { inside, ip, namespaceName } from '../lib/namespace.mjs';
import { connect, publish, sdkPage } from '../lib/sdk.mjs';
import { root, startServer } from '../lib/server.mjs';
import { mint } from '../lib/token.mjs';

const here = process.env.ROTUNDA_TEST_NAMESPACE ?? '';
assert.ok(here, 'runs inside a namespace: node tests/e2e/run.mjs FILE');

const [near, far] = /** @type {[import('../lib/media.mjs').Look, import('../lib/media.mjs').Look]} */ (LOOKS);
const LOSS_PERCENT = 15;
/** What netem.py gives to its first namespace, this one. */
const SERVER_ADDRESS = '10.78.0.1';
const JOINS = 4;
const KEY = { name: 'operator', secret: 'not-a-secret-in-a-test-of-32-characters' };
const token = (/** @type {string} */ identity) => mint({ identity, room: 'rain', key: KEY });

describe(`Chromium at ${LOSS_PERCENT} % loss each way`, () => {
  const there = namespaceName('far');
  /** @type {import('node:child_process').ChildProcess | undefined} */ let network;
  /** @type {import('../lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let nearBrowser;
  /** @type {import('playwright-core').Browser} */ let farBrowser;
  /** @type {import('playwright-core').Page} */ let nearPage;

  before(async () => {
    ip('netns', 'add', there);
    network = spawn('python3', [join(root, 'tests/net/netem.py'), here, there, '--delay', '10', '--loss', `${LOSS_PERCENT}`, '--seconds', '300'], { stdio: ['ignore', 'pipe', 'inherit'] });
    network.stdout?.on('data', (line) => console.log(`    the network: ${String(line).trim()}`));
    server = await eventually('the server has its address', async () => {
      const addresses = execFileSync('ip', ['-o', 'addr'], { encoding: 'utf8' });
      return addresses.includes(SERVER_ADDRESS) && (await startServer({ host: SERVER_ADDRESS, externalIp: SERVER_ADDRESS, dev: false, config: `[api-keys]\n${KEY.name} = "${KEY.secret}"\n` }));
    });
    nearBrowser = await launchChromium();
    farBrowser = await launchChromium({ prefix: inside(there) });
    nearPage = await sdkPage(nearBrowser);
    await connect(nearPage, { url: server.wsUrl, token: token('near') });
    await publish(nearPage, near);
  });
  after(async () => {
    await Promise.all([nearBrowser?.close(), farBrowser?.close()]);
    await server?.close();
    if (network && network.exitCode === null) {
      const closed = once(network, 'close');
      network.kill('SIGTERM');
      await closed;
    }
    ip('netns', 'del', there);
  });

  for (let round = 1; round <= JOINS; round++) {
    test(`join ${round} of ${JOINS}: sees the other, and is seen`, async () => {
      const page = await sdkPage(farBrowser);
      try {
        const started = Date.now();
        await connect(page, { url: server.wsUrl, token: token(`far-${round}`) });
        const joined = Date.now() - started;
        const track = await sees(page, near, 20_000);
        console.log(`    connected after ${joined} ms, a picture after ${Date.now() - started} ms`);
        await publish(page, far);
        await sees(nearPage, far, 20_000);
        const frames = async () => (await page.evaluate(() => window.instruments.flows())).received.find((flow) => flow.track === track)?.frames ?? 0;
        const start = await frames();
        await eventually('the picture moves: 45 frames in 10 s', async () => (await frames()) >= start + 45, 10_000);
      } finally {
        await page.context().close();
      }
    });
  }
});
