// Takes a picture of every page and state of the app, in a large and a small window, light and dark, in English, German and Arabic:
// node e2e/gallery.mjs [GROUP…]. Sheets of each state go to docs/screenshots/gallery. Groups: pages, account, door, room, admin, call. LANGUAGES=en,de picks some.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { accountStates } from './gallery/account.mjs';
import { Album, LANGUAGES } from './gallery/album.mjs';
import { adminStates, furnishServer } from './gallery/admin.mjs';
import { callStates } from './gallery/call.mjs';
import { doorStates } from './gallery/door.mjs';
import { furnish, pageStates } from './gallery/pages.mjs';
import { furnishRoom, roomStates } from './gallery/room.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { freePort, root, startServer } from './lib/server.mjs';

const groups = process.argv.slice(2);
const wanted = (/** @type {string} */ group) => groups.length === 0 || groups.includes(group);

/** The development server of the app, which has the views' fixtures. @param {string} server */
async function startFixtures(server) {
  const port = await freePort();
  const child = spawn(process.execPath, ['node_modules/vite/bin/vite.js', '--port', `${port}`, '--strictPort'], {
    cwd: join(root, 'web'),
    env: { ...process.env, ROTUNDA_SERVER: server },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await eventually('the fixtures are served', () => fetch(url).then((answer) => answer.ok, () => false), 60_000);
  return { url, close: () => void child.kill() };
}

const server = await startServer();
const fixtures = wanted('call') ? await startFixtures(server.url) : undefined;
const browser = await launchChromium();
try {
  const album = new Album(browser);
  const house = await furnish(server.url);
  const hosted = await furnishRoom(server.url);
  const run = wanted('admin') ? await furnishServer(server, await newPage(browser)) : undefined;
  const spoken = /** @type {import('./gallery/album.mjs').Language[]} */ (process.env.LANGUAGES?.split(',') ?? Object.keys(LANGUAGES));
  const rounds = spoken.flatMap((language) => /** @type {const} */ (['desktop', 'phone']).map((device) => ({ language, device })));
  for (const { language, device } of rounds) {
    album.language = language;
    if (wanted('pages')) await pageStates(album, device, server.url, house);
    if (wanted('account')) await accountStates(album, device, server);
    if (wanted('door')) await doorStates(album, device, server.url, house);
    if (wanted('room')) await roomStates(album, device, server.url, hosted);
    if (run !== undefined) await adminStates(album, device, server.url, run);
    if (fixtures !== undefined) await callStates(album, device, fixtures.url);
  }
  await album.write(process.env.GALLERY ?? join(root, 'docs/screenshots/gallery'));
} finally {
  await browser.close();
  fixtures?.close();
  await server.close();
}
