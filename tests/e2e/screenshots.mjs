// Takes the pictures in docs/screenshots from the running app: node e2e/screenshots.mjs
// People in them are drawn, since a fake camera has no face to show.
import { mkdirSync, statSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { call, createRoom, register } from './lib/api.mjs';
import { connected, createRoomInApp, fillRegister, join, loginInApp, registerInApp, tileOf } from './lib/app.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { root, startServer } from './lib/server.mjs';

const folder = joinPath(root, 'docs/screenshots');
const LARGEST_BYTES = 200_000;
const FIGURES_MS = 12_000;
const DESKTOP = { viewport: { width: 1280, height: 800 }, colorScheme: /** @type {const} */ ('light') };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true, colorScheme: /** @type {const} */ ('light') };

/** Runs in the page before its scripts: the camera shows a drawn person, who moves a little; the microphone is quiet. @param {{skin: string, hair: string, shirt: string, wall: string}} look */
function drawnCamera(look) {
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const tracks = [];
    if (constraints?.video) {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [1280, 720];
      const pen = canvas.getContext('2d');
      if (!pen) throw new Error('no canvas');
      const blob = (/** @type {string} */ colour, /** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ width, /** @type {number} */ height) => {
        pen.fillStyle = colour;
        pen.beginPath();
        pen.ellipse(x, y, width, height, 0, 0, 7);
        pen.fill();
      };
      let n = 0;
      setInterval(() => {
        n += 1;
        const sway = Math.sin(n / 20) * 8;
        pen.fillStyle = look.wall;
        pen.fillRect(0, 0, 1280, 720);
        pen.fillStyle = 'rgb(255 255 255 / 0.18)';
        pen.fillRect(90, 80, 260, 330);
        pen.fillRect(980, 120, 180, 220);
        blob(look.shirt, 640, 760, 330, 250);
        blob(look.skin, 640 + sway / 2, 520, 62, 90);
        blob(look.hair, 640 + sway, 300, 172, 190);
        blob(look.skin, 640 + sway, 340, 138, 168);
        blob('#2b2b2b', 590 + sway, 330, 11, n % 90 < 4 ? 2 : 13);
        blob('#2b2b2b', 690 + sway, 330, 11, n % 90 < 4 ? 2 : 13);
        pen.strokeStyle = '#8a3a36';
        pen.lineWidth = 9;
        pen.lineCap = 'round';
        pen.beginPath();
        pen.arc(640 + sway, 390, 54, 0.5, Math.PI - 0.5);
        pen.stroke();
      }, 40);
      tracks.push(...canvas.captureStream(25).getVideoTracks());
    }
    if (constraints?.audio) tracks.push(...new AudioContext().createMediaStreamDestination().stream.getAudioTracks());
    return new MediaStream(tracks);
  };
}

const LOOKS = {
  'Ada Lovelace': { skin: '#e9b896', hair: '#4a2f24', shirt: '#2f6f73', wall: '#b7c9c4' },
  'Grace Hopper': { skin: '#f0c9ab', hair: '#c9b18a', shirt: '#2c3e63', wall: '#c8c2d6' },
  'Alan Turing': { skin: '#d9a37e', hair: '#241c19', shirt: '#8a4b32', wall: '#d6ccb8' },
};

/** @param {import('playwright-core').Page} page @param {string} name */
async function shoot(page, name) {
  const path = joinPath(folder, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
  const { size } = statSync(path);
  console.log(`${name}.png ${Math.round(size / 1000)} kB`);
  if (size > LARGEST_BYTES) throw new Error(`${name}.png is larger than ${LARGEST_BYTES} bytes`);
}

/** @param {import('playwright-core').Page} page */
const noToasts = (page) => eventually('the toasts are gone', async () => (await page.locator('[data-testid^="toast-"]').count()) === 0);

mkdirSync(folder, { recursive: true });
const server = await startServer();
const browser = await launchChromium();
const strict = await launchChromium({ args: ['--use-fake-ui-for-media-stream=deny'] });
try {
  const host = await newPage(browser, DESKTOP);
  await host.addInitScript(drawnCamera, LOOKS['Ada Lovelace']);
  await host.goto(`${server.url}/register`);
  await fillRegister(host, 'Ada Lovelace');
  await shoot(host, 'register');
  await registerInApp(host, server.url, 'Ada Lovelace');

  const { access } = await register(server.url, 'Katherine Johnson');
  await createRoom(server.url, access, 'Reading circle');
  await createRoom(server.url, access, 'Choir rehearsal');
  const path = await createRoomInApp(host, 'Morning round', 'Every day at nine, ten minutes.');
  await host.getByTestId('room-row').filter({ hasText: 'Morning round' }).getByTestId('room-toggle').click();
  await host.getByTestId('room-details').waitFor();
  await noToasts(host);
  await shoot(host, 'lobby');

  await host.goto(`${server.url}${path}`);
  await join(host);
  for (const name of /** @type {const} */ (['Grace Hopper', 'Alan Turing'])) {
    const page = await newPage(browser, name === 'Alan Turing' ? PHONE : DESKTOP);
    await page.addInitScript(drawnCamera, LOOKS[name]);
    await register(server.url, name);
    await page.goto(`${server.url}${path}`);
    await loginInApp(page, name, path);
    await join(page);
    if (name === 'Alan Turing') {
      await page.getByTestId('toggle-microphone').tap();
      await tileOf(page, 'Ada Lovelace').locator('video').waitFor();
      await noToasts(page);
      await shoot(page, 'phone');
      await tileOf(host, name).locator('video').waitFor();
      await noToasts(host);
      await shoot(host, 'call');
    }
  }

  const refused = await newPage(strict, DESKTOP);
  await refused.goto(`${server.url}${path}`);
  await loginInApp(refused, 'Ada Lovelace', path);
  await refused.getByTestId('devices-refused').waitFor();
  await noToasts(refused);
  await shoot(refused, 'devices-refused');
  await connected(host);

  const root = await register(server.url, 'Ingrid Daubechies');
  await call(`${server.url}/api/admin/claim/`, { access: root.access, body: { token: /\/administrator#(\S+)/.exec(server.log)?.[1] } });
  const admin = await newPage(browser, DESKTOP);
  await admin.goto(`${server.url}/login?next=/admin`);
  await loginInApp(admin, 'Ingrid Daubechies', '/admin');
  await admin.goto(`${server.url}/admin/calls/${path.split('/').at(-1)}`);
  await admin.getByTestId('participant').first().waitFor();
  // Until the figures are of a whole interval.
  await admin.waitForTimeout(FIGURES_MS);
  await noToasts(admin);
  await shoot(admin, 'administration');
} finally {
  await Promise.all([browser.close(), strict.close()]);
  await server.close();
}
