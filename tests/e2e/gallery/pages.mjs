// The pages around a call, from the real server.
import { call, createRoom, emailOf, PASSWORD, register } from '../lib/api.mjs';
import { fillRegister, loginInApp } from '../lib/app.mjs';

/** @typedef {import('playwright-core').Page} Page */

const OWNER = 'Ada Lovelace';

/** Rooms to look at, and their owner, once for all devices. @param {string} url */
export async function furnish(url) {
  const { access } = await register(url, OWNER);
  for (const title of ['Reading circle', 'Choir rehearsal', 'Donaudampfschifffahrtsgesellschaftskapitänsversammlung am Donnerstagabend', '朝の会議 🌅']) await createRoom(url, access, title);
  const { roomId } = await call(`${url}/api/rooms/`, { access, body: { title: 'Morning round', description: 'Every day at nine, ten minutes.\nBring your coffee.', typeOf: 'IO' } });
  return { roomId, owner: OWNER };
}

/** @param {import('./album.mjs').Album} album @param {import('./album.mjs').Device} device @param {string} url @param {{roomId: string}} room */
export async function pageStates(album, device, url, { roomId }) {
  const take = (/** @type {Page} */ page, /** @type {string} */ name) => album.take(page, device, name);

  const stranger = await album.page(device);
  await stranger.goto(url);
  await stranger.getByTestId('anonymous-hint').waitFor();
  await take(stranger, 'lobby-anonymous');
  await stranger.goto(`${url}/register`);
  await fillRegister(stranger, OWNER);
  await take(stranger, 'register');
  await stranger.getByTestId('register-submit').click();
  await stranger.locator('.MuiFormHelperText-root.Mui-error').first().waitFor();
  await take(stranger, 'register-refused');
  await stranger.goto(`${url}/login`);
  await stranger.locator('input[name="email"]').fill(emailOf(OWNER));
  await stranger.locator('input[name="password"]').fill(`${PASSWORD}x`);
  await stranger.getByTestId('login-submit').click();
  await stranger.getByTestId('form-error').waitFor();
  await take(stranger, 'login-refused');
  await stranger.goto(`${url}/forgot`);
  await stranger.getByTestId('no-mail').waitFor();
  await take(stranger, 'forgot-no-mail');
  await stranger.goto(`${url}/reset`);
  await stranger.getByTestId('link-not-valid').waitFor();
  await take(stranger, 'reset-not-valid');
  await stranger.goto(`${url}/nowhere`);
  await stranger.getByTestId('page-not-found').waitFor();
  await take(stranger, 'not-found');
  await stranger.context().close();

  const owner = await album.page(device);
  await owner.goto(`${url}/login`);
  await loginInApp(owner, OWNER);
  await owner.getByTestId('room-row').first().waitFor();
  await take(owner, 'lobby');
  await owner.getByTestId('room-toggle').first().click();
  await owner.getByTestId('room-details').waitFor();
  await take(owner, 'lobby-room');
  await owner.getByTestId('create-room').click();
  await owner.getByTestId('create-dialog').waitFor();
  await take(owner, 'create-room');
  await owner.keyboard.press('Escape');
  await owner.getByTestId('menu-button').click();
  await take(owner, 'menu');
  await owner.keyboard.press('Escape');
  await owner.goto(`${url}/r/${roomId}`);
  await owner.locator('[data-testid="prejoin-camera"][data-state="on"]').waitFor();
  await take(owner, 'prejoin');
  await owner.getByTestId('prejoin-camera').click();
  await take(owner, 'prejoin-camera-off');
  await owner.context().close();
}
