// In front of a room and after it, from the real server: guests, the waiting room on both sides, missing devices, and the pages that say why one is not inside.
import { call, createRoom, login } from '../lib/api.mjs';
import { connected, join, leave, loginInApp } from '../lib/app.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Lets a page's devices fail in one way. @param {string} name of the exception */
function fail(name) {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name));
}

/** @param {import('./album.mjs').Album} album @param {import('./album.mjs').Device} device @param {string} url @param {{owner: string}} people */
export async function doorStates(album, device, url, { owner }) {
  const access = await login(url, owner);
  const take = (/** @type {Page} */ page, /** @type {string} */ name) => album.take(page, device, name);
  const room = await createRoom(url, access, 'Behind a door');
  const path = `${url}/r/${room.roomId}`;
  const api = (/** @type {string} */ what, /** @type {unknown} */ body, method = 'POST') => call(`${url}/api/rooms/${room.id}/${what}`, { method, body, access });
  const end = async (/** @type {Page} */ page, /** @type {string} */ reason) => {
    await page.getByTestId(`end-${reason}`).waitFor();
    await take(page, `end-${reason}`);
  };
  const guest = async (/** @type {string} */ name) => {
    const page = await album.page(device);
    await page.goto(path);
    await page.getByTestId('guest-name').fill(name);
    return page;
  };
  const identityOf = async (/** @type {string} */ name) => (await host.locator(`[data-testid="tile"][data-name="${name}"]`).getAttribute('data-identity')) ?? '';

  const stranger = await album.page(device);
  await stranger.goto(path);
  await end(stranger, 'noGuests');
  await api('', { allowGuests: true }, 'PATCH');
  await stranger.context().close();

  const gus = await guest('Gus Guest');
  await gus.locator('[data-testid="prejoin-camera"][data-state="on"]').waitFor();
  await take(gus, 'prejoin-guest');
  for (const [name, problem] of /** @type {const} */ ([['NotAllowedError', 'refused'], ['NotFoundError', 'missing'], ['NotReadableError', 'busy']])) {
    const page = await gus.context().newPage();
    await page.addInitScript(fail, name);
    await page.goto(path);
    await page.getByTestId(`devices-${problem}`).waitFor();
    await take(page, `devices-${problem}`);
    await page.close();
  }
  await api('', { waitingRoom: true, scheduledOn: new Date(Date.now() + 26 * 3600_000).toISOString() }, 'PATCH');
  await gus.reload();
  await gus.getByTestId('scheduled').waitFor();
  await gus.getByTestId('guest-name').fill('Gus Guest');
  await gus.getByTestId('join').click();
  await gus.locator('[data-testid="waiting-status"][data-host="absent"]').waitFor();
  await take(gus, 'waiting-without-host');

  const host = await album.page(device);
  await host.goto(`${url}/login`);
  await loginInApp(host, owner);
  await host.goto(path);
  await join(host);
  await gus.locator('[data-testid="waiting-status"][data-host="present"]').waitFor();
  await take(gus, 'waiting');
  const maximiliane = await guest('Maximiliane Friederike von Hohenstein-Schwarzburg');
  await maximiliane.getByTestId('join').click();
  await host.getByTestId('knock-banner').waitFor();
  await take(host, 'call-knock');
  await host.getByTestId('knock-view').click();
  await host.getByTestId('waiting-person').nth(1).waitFor();
  await take(host, 'call-waiting-list');
  await host.getByTestId('waiting-person').filter({ hasText: 'Maximiliane' }).getByTestId('refuse').click();
  await end(maximiliane, 'refused');
  await maximiliane.context().close();
  await host.getByTestId('admit').first().click();
  await connected(gus);
  await host.getByTestId('close-people').click();

  await api('', { waitingRoom: false, locked: true }, 'PATCH');
  const late = await guest('Late Larry');
  await late.getByTestId('join').click();
  await end(late, 'locked');
  await api('', { locked: false, peopleLimit: 2 }, 'PATCH');
  await late.getByTestId('join-again').click();
  await end(late, 'full');
  await late.context().close();

  const identity = await identityOf('Gus Guest');
  await api('remove/', { identity });
  await end(gus, 'removed');
  await api('bans/', { user: identity.split(':')[0] });
  await gus.getByTestId('join-again').click();
  await end(gus, 'banned');
  await gus.context().close();

  const elsewhere = await host.context().newPage();
  await elsewhere.goto(path);
  await elsewhere.getByTestId('join').click();
  await connected(elsewhere);
  if (await host.getByTestId('end-replaced').isVisible().catch(() => false)) await take(host, 'end-replaced');
  await elsewhere.close();
  await host.goto(path);
  await join(host);
  await leave(host);
  await end(host, 'left');
  await host.getByTestId('join-again').click();
  await connected(host);
  await api('end/', {});
  await end(host, 'ended');
  await host.getByTestId('join-again').click();
  await connected(host);
  await api('', undefined, 'DELETE');
  await end(host, 'deleted');
  await host.goto(`${url}/r/room4711`);
  await end(host, 'notFound');
  await host.context().close();
}
