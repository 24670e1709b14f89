// Firefox and Chromium in one room: each decodes the other's picture and hears its tone, encrypted with AES-128-GCM.
// Server and browsers share a namespace; the pages are at 127.0.0.1 and the media at the namespace's own address.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { call, createRoom, PASSWORD, register } from '../lib/api.mjs';
import { launchChromium } from '../lib/chromium.mjs';
import { decodes, eventually, hears, sees } from '../lib/expect.mjs';
import { captureTab, launchFirefox, SdkSite } from '../lib/firefox.mjs';
import { instrument } from '../lib/instrument.mjs';
import { FPS, BARS_SHARE, HEIGHT, LOOKS, WIDTH } from '../lib/media.mjs';
import { NAMESPACE_ADDRESS } from '../lib/namespace.mjs';
import { connect, connectInPage, publish, publishInPage, sdkPage } from '../lib/sdk.mjs';
import { startServer } from '../lib/server.mjs';
import { mint } from '../lib/token.mjs';

assert.ok(process.env.ROTUNDA_TEST_NAMESPACE, 'runs inside a namespace: node tests/e2e/run.mjs FILE');

const [chromiumLook, firefoxLook] = /** @type {[import('../lib/media.mjs').Look, import('../lib/media.mjs').Look]} */ (LOOKS);

describe('Firefox and Chromium in one room', () => {
  /** @type {import('../lib/server.mjs').Server} */ let server;
  /** @type {SdkSite} */ let site;
  /** @type {import('playwright-core').Browser} */ let chromium;
  /** @type {import('puppeteer-core').Browser} */ let firefox;
  /** @type {import('playwright-core').Page} */ let chromiumPage;
  /** @type {import('puppeteer-core').Page} */ let firefoxPage;

  // The call of the app: one that uses the SDK, a person with Firefox, and a host who acts by the API.
  /** @type {import('playwright-core').Page} */ let other;
  /** @type {import('puppeteer-core').Page} */ let page;
  let access = '';
  let identity = '';
  const host = (/** @type {string} */ path, /** @type {unknown} */ body, method = 'POST') => call(`${server.url}/api/rooms/1/${path}`, { method, body, access });
  const microphone = (/** @type {string} */ state) => `[data-testid="toggle-microphone"][data-state="${state}"]`;
  const told = (/** @type {string} */ words) => page.waitForSelector(`::-p-xpath(//*[@data-testid="toasts"]//*[contains(text(),"${words}")])`);

  before(async () => {
    server = await startServer({ externalIp: NAMESPACE_ADDRESS });
    site = await new SdkSite().listen();
    [chromium, firefox] = await Promise.all([launchChromium(), launchFirefox()]);
    chromiumPage = await sdkPage(chromium);
    firefoxPage = await site.open(firefox);
    await connect(chromiumPage, { url: server.wsUrl, token: mint({ identity: 'chromium', room: 'zoo' }) });
    await publish(chromiumPage, chromiumLook);
    await firefoxPage.evaluate(connectInPage, { url: server.wsUrl, token: mint({ identity: 'firefox', room: 'zoo' }) });
    await firefoxPage.evaluate(publishInPage, { look: firefoxLook, size: { width: WIDTH, height: HEIGHT, fps: FPS, share: BARS_SHARE } });
  });
  after(async () => {
    await Promise.all([chromium?.close(), firefox?.close()]);
    site?.close();
    await server?.close();
  });

  test('each sees the other\'s bars', async () => {
    await Promise.all([sees(chromiumPage, firefoxLook, 20_000), sees(firefoxPage, chromiumLook, 20_000)]);
  });

  test('each decodes at least 90 % of the frames that the other sends', async () => {
    await decodes([
      { receiver: chromiumPage, sender: firefoxPage, track: await sees(chromiumPage, firefoxLook), who: 'Chromium from Firefox' },
      { receiver: firefoxPage, sender: chromiumPage, track: await sees(firefoxPage, chromiumLook), who: 'Firefox from Chromium' },
    ], { seconds: 5, share: 0.9 });
  });

  test('each hears the other\'s tone', async () => {
    await hears(chromiumPage, firefoxLook);
    await hears(firefoxPage, chromiumLook);
  });

  test('media is encrypted with AES-128-GCM and goes to the advertised address', async () => {
    const { srtpCiphers, remotes } = await chromiumPage.evaluate(() => window.instruments.flows());
    assert.deepEqual([...new Set(srtpCiphers)], ['SRTP_AEAD_AES_128_GCM']);
    assert.deepEqual([...new Set(remotes)], [`${NAMESPACE_ADDRESS}:${server.udpPort}`]);
    const metrics = await (await fetch(server.metricsUrl)).text();
    const used = [...metrics.matchAll(/^rotunda_transports_connected_total\{srtp_profile="([^"]+)"\} ([1-9]\d*)$/gm)].map((match) => match[1]);
    assert.deepEqual(used, ['aead_aes_128_gcm'], 'Firefox and Chromium alike');
  });

  test('a person with Firefox uses the app: registers, joins, sees who is there, and chats with another kind of client', async () => {
    ({ access } = await register(server.url, 'Grace Hopper'));
    const { roomId } = await createRoom(server.url, access, 'Menagerie');
    other = await sdkPage(chromium);
    await connect(other, { url: server.wsUrl, token: mint({ identity: 'visitor', name: 'Visitor', room: roomId }) });
    await publish(other, chromiumLook);

    page = await firefox.newPage();
    await page.evaluateOnNewDocument(instrument);
    await page.evaluateOnNewDocument(captureTab);
    await page.goto(`${server.url}/register`);
    for (const [name, value] of Object.entries({ firstName: 'Fiona', lastName: 'Fox', email: 'fiona.fox@example.com', password: PASSWORD, confirm: PASSWORD })) {
      await page.locator(`input[name="${name}"]`).fill(value);
    }
    await page.locator('[data-testid="register-submit"]').click();
    await page.waitForSelector('[data-testid="room-row"]');
    await page.goto(`${server.url}/r/${roomId}`);
    await page.waitForSelector('[data-testid="prejoin-camera"][data-state="on"][aria-busy="false"]');
    await page.locator('[data-testid="join"]').click();
    await page.waitForSelector('[data-testid="call"][data-phase="connected"]');
    identity = await page.$eval('[data-testid="tile-local"]', (tile) => tile.getAttribute('data-identity') ?? '');
    await sees(page, chromiumLook, 20_000);
    await eventually('Chromium decodes Firefox\'s camera', async () =>
      (await other.evaluate(() => window.instruments.flows())).received.some(({ frames }) => frames > 20), 20_000);

    await page.locator('[data-testid="chat-button"]').click();
    await page.locator('[data-testid="chat-field"]').fill('Hello from Firefox');
    await page.locator('[data-testid="chat-send"]').click();
    await eventually('the other reads the message', () => other.evaluate(() => window.chat.some(({ text }) => text === 'Hello from Firefox')));
    await other.evaluate(() => window.room.localParticipant.sendText('Hello from the SDK', { topic: 'lk.chat' }).then(() => undefined));
    await page.waitForSelector('::-p-xpath(//*[@data-testid="chat-message" and @data-own="false"]//*[text()="Hello from the SDK"])');
  });

  test('a host mutes the person with Firefox, who is told and may unmute, until only hosts may', async () => {
    await host('mute/', { identity });
    await page.waitForSelector(microphone('off'));
    await told('The host muted you');
    await page.locator('[data-testid="toggle-microphone"]').click();
    await page.waitForSelector(microphone('on'));
    await eventually('the other sees it', () => other.evaluate((who) => window.seen.includes(`unmuted ${who} microphone`), identity));
    await host('', { unmuteDisabled: true }, 'PATCH');
    await page.waitForSelector(microphone('off'));
    await page.waitForSelector('[data-testid="toggle-microphone"][aria-disabled="true"]');
    await told('Only hosts may unmute');
    await host('', { unmuteDisabled: false }, 'PATCH');
    await page.waitForSelector('[data-testid="toggle-microphone"]:not([aria-disabled])');
  });

  test('a person with Firefox shares their screen, and a host stops it', async () => {
    await page.locator('[data-testid="share-screen"]').click();
    await page.locator('[data-testid="share-detail"]').click();
    const shared = () => other.evaluate((who) => [...(window.room.remoteParticipants.get(who)?.trackPublications.values() ?? [])].some(({ source, isSubscribed }) => source === 'screen_share' && isSubscribed), identity);
    await eventually('the other gets the screen', shared, 30_000);
    await eventually('the other decodes camera and screen', async () => (await other.evaluate(() => window.instruments.flows())).received.filter(({ frames }) => frames > 5).length >= 2, 30_000);
    await page.waitForSelector('[data-testid="share-screen"][data-state="on"][aria-busy="false"]');
    await host('stop-share/', { identity });
    await eventually('the screen is gone', async () => !(await shared()));
    await page.waitForSelector('[data-testid="share-screen"][data-state="off"]');
  });

  test('who is removed is told so in Firefox', async () => {
    await host('remove/', { identity });
    await page.waitForSelector('[data-testid="end-removed"]');
    assert.match(await page.$eval('main', (main) => main.textContent ?? ''), /removed/);
    await page.locator('[data-testid="join-again"]').click();
    await page.waitForSelector('[data-testid="call"][data-phase="connected"]');
    await page.close();
    await other.context().close();
  });
});
