// The pages of a room that its hosts see, from the real server.
import { call, login, register } from '../lib/api.mjs';
import { loginInApp } from '../lib/app.mjs';

const OWNER = 'Rosa Parks';

/** A room in which something has happened, once for all devices. @param {string} url */
export async function furnishRoom(url) {
  const { access } = await register(url, OWNER);
  const cohost = await register(url, 'Bartholomew Featherstonehaugh-Cholmondeley');
  await register(url, '山田 太郎');
  const scheduledOn = new Date(Date.now() + 26 * 3600_000).toISOString();
  const room = await call(`${url}/api/rooms/`, {
    access,
    body: { title: 'Quartalsversammlung 会議 with everybody from all of the teams 🎉', description: 'Bring numbers.\nAnd cake.', typeOf: 'IO', allowGuests: true, scheduledOn },
  });
  const of = (/** @type {string} */ path) => `${url}/api/rooms/${room.id}/${path}`;
  const { user } = await call(of('roles/'), { access, body: { email: '山田.太郎@example.com', role: 'participant' } });
  await call(of('bans/'), { access, body: { user } });
  await call(of('roles/'), { access, body: { email: cohost.email, role: 'cohost' } });
  await call(of('invitations/'), { access, body: { uses: 5 } });
  await call(of('invitations/'), { access, body: { expiresOn: new Date(Date.now() + 3600_000).toISOString() } });
  await call(of(''), { method: 'PATCH', access, body: { waitingRoom: true, peopleLimit: 20, chatDisabled: true } });
  return room;
}

/** @param {import('./album.mjs').Album} album @param {import('./album.mjs').Device} device @param {string} url @param {{id: number, roomId: string, title: string}} room */
export async function roomStates(album, device, url, { id, roomId, title }) {
  const access = await login(url, OWNER);
  const path = `/r/${roomId}/settings`;
  const page = await album.page(device);
  const change = (/** @type {object} */ body) => call(`${url}/api/rooms/${id}/`, { method: 'PATCH', access, body });
  await page.goto(`${url}/login?next=${path}`);
  await loginInApp(page, OWNER, path);
  const form = page.getByTestId('settings-form');
  await form.waitFor();
  await album.take(page, device, 'room-settings');
  await form.locator('[name="title"]').fill('A shorter title');
  await change({ title: `${title}!`, keepChat: device === 'desktop' });
  await page.getByTestId('settings-save').click();
  await page.getByTestId('overtaken').waitFor();
  await album.take(page, device, 'room-settings-conflict');
  await page.getByTestId('settings-discard').click();
  await change({ title });
  await page.getByTestId('tab-invitations').click();
  await page.getByTestId('invitation').first().waitFor();
  await album.take(page, device, 'room-invitations');
  await page.getByTestId('revoke-all').click();
  await page.getByTestId('host-confirm').waitFor();
  await album.take(page, device, 'room-revoke-all');
  await page.keyboard.press('Escape');
  await page.getByTestId('invite-submit').click();
  await page.getByTestId('invite-made').waitFor();
  await album.take(page, device, 'room-invitation-made');
  await page.getByTestId('tab-people').click();
  await page.getByTestId('ban').waitFor();
  await album.take(page, device, 'room-people');
  await page.getByTestId('holder-menu').first().click();
  await page.getByTestId('hand-over').click();
  await album.take(page, device, 'room-hand-over');
  await page.keyboard.press('Escape');
  await page.getByTestId('tab-log').click();
  await page.getByTestId('log-entry').first().waitFor();
  await album.take(page, device, 'room-history');
  await page.context().close();
}
