// The page itself: it asks nobody but its own server for anything, breaks no rule of its content security policy, works on
// a phone, and says clearly what is wrong when there is no device, no permission, no secure page or no such room.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createRoom, register } from './lib/api.mjs';
import { connected, createRoomInApp, join, leave, loginInApp, registerInApp } from './lib/app.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { LOOKS } from './lib/media.mjs';
import { startServer } from './lib/server.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

describe('the page', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let browser;
  let path = '';

  before(async () => {
    server = await startServer();
    browser = await launchChromium({ look: LOOKS[0] });
    const { access } = await register(server.url, 'Ada Lovelace');
    path = `/r/${(await createRoom(server.url, access, 'Open house')).roomId}`;
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  /** A page of someone who is logged in and before the room. @param {import('playwright-core').Browser} of @param {string} base @param {object} [options] */
  async function beforeTheRoom(of, base, options) {
    const page = await newPage(of, options);
    await page.goto(`${base}${path}`);
    await loginInApp(page, 'Ada Lovelace', path);
    return page;
  }

  test('asks its own server alone, and breaks no rule of its policy, from registering to a call', async () => {
    const page = await newPage(browser);
    /** @type {string[]} */ const asked = [];
    /** @type {string[]} */ const broken = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('websocket', (socket) => asked.push(socket.url()));
    page.on('console', (message) => {
      if (/Content Security Policy|Permissions-Policy/i.test(message.text())) broken.push(message.text());
    });
    page.on('pageerror', (error) => broken.push(String(error)));
    await registerInApp(page, server.url, 'Mary Somerville');
    const room = await createRoomInApp(page, 'Policy');
    await page.goto(`${server.url}${room}`);
    await join(page);
    await page.getByTestId('alone').waitFor();
    await leave(page);
    const elsewhere = asked.filter((url) => !['data:', 'blob:'].includes(new URL(url).protocol) && new URL(url).host !== new URL(server.url).host);
    assert.deepEqual(elsewhere, []);
    assert.ok(asked.some((url) => url.startsWith('ws')), 'the WebSocket was seen');
    assert.deepEqual(broken, []);
    await page.context().close();
  });

  test('comes with a strict policy, is never cached itself, and its files are cached for good and compressed', async () => {
    const page = await fetch(`${server.url}/`);
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'self'|default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.match(page.headers.get('cache-control') ?? '', /no-cache|no-store/);
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    const html = await page.text();
    const nonces = (/** @type {string} */ text) => [...text.matchAll(/'nonce-([^']+)'/g)].map((match) => match[1]);
    const again = await fetch(`${server.url}/`);
    if (nonces(policy).length > 0) assert.notDeepEqual(nonces(policy), nonces(again.headers.get('content-security-policy') ?? ''), 'a nonce is used once');
    await again.text();
    const script = html.match(/src="(\/assets\/[^"]+\.js)"/)?.[1];
    assert.ok(script, 'the page has a script with a hashed name');
    for (const coding of ['br', 'gzip']) {
      /** @type {Response} */
      const file = await fetch(`${server.url}${script}`, { headers: { 'Accept-Encoding': coding } });
      assert.equal(file.headers.get('content-encoding'), coding);
      assert.match(file.headers.get('cache-control') ?? '', /immutable/);
      assert.match(await file.text(), /[a-z]/);
    }
  });

  test('its frame is drawn before the app is there, light or dark as was chosen, and stays in its place when the app comes', async () => {
    for (const [width, mode, colour] of /** @type {const} */ ([[1280, 'dark', 'rgb(20, 24, 27)'], [390, 'light', 'rgb(246, 243, 238)']])) {
      const page = await newPage(browser, { viewport: { width, height: 800 }, colorScheme: mode === 'dark' ? 'light' : 'dark' });
      await page.addInitScript((chosen) => localStorage.setItem('rotunda.theme', chosen), mode);
      /** @type {() => void} */ let come = () => undefined;
      const comes = new Promise((resolve) => (come = () => resolve(undefined)));
      await page.route(/assets\/.*\.js$/, (route) => comes.then(() => route.continue()));
      await page.goto(server.url, { waitUntil: 'commit' });
      await page.getByTestId('frame').waitFor();
      const look = () => page.evaluate(() => ({ colour: getComputedStyle(document.body).backgroundColor, mark: document.querySelector('#root svg')?.getBoundingClientRect().toJSON() }));
      const before = await look();
      come();
      await page.getByTestId('nav-title').waitFor();
      assert.equal(before.colour, colour);
      assert.deepEqual(await look(), before);
      await page.context().close();
    }
  });

  test('without permission for devices it says so, and one can join without them', async () => {
    const bare = await launchChromium({ devices: false, args: ['--deny-permission-prompts'] });
    try {
      const page = await beforeTheRoom(bare, server.url);
      await page.getByTestId('devices-refused').or(page.getByTestId('devices-missing')).first().waitFor();
      await page.getByTestId('join-without-devices').click();
      await connected(page);
    } finally {
      await bare.close();
    }
  });

  test('refused by the person, it says how to allow them', async () => {
    const strict = await launchChromium({ args: ['--use-fake-ui-for-media-stream=deny'] });
    try {
      const page = await beforeTheRoom(strict, server.url);
      await page.getByTestId('devices-refused').waitFor();
      await page.getByTestId('join-without-devices').waitFor();
    } finally {
      await strict.close();
    }
  });

  test('without a camera or microphone it says so, and one can join', async () => {
    const bare = await launchChromium({ devices: false, args: ['--use-fake-ui-for-media-stream'] });
    try {
      const page = await beforeTheRoom(bare, server.url);
      await page.getByTestId('devices-missing').waitFor();
      await page.getByTestId('join-without-devices').click();
      await connected(page);
    } finally {
      await bare.close();
    }
  });

  test('opened over plain HTTP under another name, it says that devices need HTTPS, and one can join', async () => {
    const outside = await launchChromium({ args: ['--host-resolver-rules=MAP calls.example 127.0.0.1'] });
    const url = `http://calls.example:${server.port}`;
    try {
      const page = await newPage(outside);
      await page.goto(`${url}${path}`);
      await loginInApp(page, 'Ada Lovelace', path);
      await page.getByTestId('devices-insecure').waitFor();
    } finally {
      await outside.close();
    }
  });

  test('a room that does not exist is said not to exist', async () => {
    const page = await newPage(browser);
    await registerInApp(page, server.url, 'Emmy Noether');
    await page.goto(`${server.url}/r/room999999`);
    await page.getByTestId('end-notFound').waitFor();
    await page.goto(`${server.url}/nowhere`);
    await page.getByTestId('page-not-found').waitFor();
    await page.context().close();
  });

  test('on a phone nothing sticks out at the side, and a call\'s buttons are within reach', async () => {
    const page = await newPage(browser, PHONE);
    const fits = async (/** @type {string} */ what) => {
      const { content, screen } = await page.evaluate(() => ({ content: document.documentElement.scrollWidth, screen: innerWidth }));
      assert.ok(content <= screen, `${what}: ${content} px of content on ${screen} px`);
    };
    await page.goto(`${server.url}/register`);
    await page.getByTestId('register-form').waitFor();
    await fits('register');
    await page.goto(`${server.url}${path}`);
    await loginInApp(page, 'Ada Lovelace', path);
    await page.getByTestId('prejoin').waitFor();
    await fits('before the room');
    await join(page);
    await fits('the call');
    for (const button of ['toggle-camera', 'toggle-microphone', 'more-button', 'leave']) {
      const box = await page.getByTestId(button).boundingBox();
      assert.ok(box, button);
      assert.ok(box.x >= 0 && box.x + box.width <= 390 && box.y + box.height <= 844, `${button} is on the screen`);
      assert.ok(box.width >= 44 && box.height >= 44, `${button} is large enough for a thumb`);
    }
    await page.getByTestId('more-button').click();
    await page.getByTestId('menu-people').click();
    const sheet = page.getByTestId('sheet').getByTestId('people-panel');
    await sheet.waitFor();
    await fits('the list of people');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await leave(page);
    await fits('the page after the call');
    await page.getByTestId('to-lobby').click();
    await page.getByTestId('room-row').first().waitFor();
    await fits('the lobby');
    await page.context().close();
  });

  test('can be installed as an app: a manifest without faults, with icons that exist', async () => {
    const page = await newPage(browser);
    await page.goto(server.url);
    const devtools = await page.context().newCDPSession(page);
    const { url, errors, data } = await devtools.send('Page.getAppManifest');
    assert.equal(url, `${server.url}/app.webmanifest`);
    assert.deepEqual(errors, []);
    const { icons, display } = /** @type {{icons: {src: string, type: string}[], display: string}} */ (JSON.parse(data ?? ''));
    assert.equal(display, 'standalone');
    assert.equal(icons.length, 3);
    for (const { src, type } of icons) {
      const icon = await fetch(server.url + src);
      assert.deepEqual([icon.status, icon.headers.get('content-type')], [200, type], src);
      await icon.arrayBuffer();
    }
    await page.context().close();
  });
});
