// The pages of those who run the server, from the real server, with a call that goes on.
import { call, createRoom, login, PASSWORD, register } from '../lib/api.mjs';
import { connected, loginInApp } from '../lib/app.mjs';

const [ROOT, OWNER] = ['Ingrid Daubechies', 'Alan Turing'];
const OTHERS = [
  ['Bartholomew', 'Featherstonehaugh-Cholmondeley-Llanfairpwllgwyngyll', 'bartholomew@example.org'],
  ['山田', '花子', 'hanako@example.org'],
  ['محمد', 'الخوارزمي', 'algorithm@example.org'],
  ['Zoë', 'Müller', 'zoe@example.org'],
];

/** Makes somebody the administrator, and what there is to see, once for all devices. @param {import('../lib/server.mjs').Server} server @param {import('playwright-core').Page} person who is in the call */
export async function furnishServer(server, person) {
  const { access } = await register(server.url, ROOT);
  const owner = await register(server.url, OWNER);
  const api = (/** @type {string} */ path, /** @type {string} */ method, /** @type {object} */ body) => call(`${server.url}/api/admin/${path}`, { method, access, body });
  await api('claim/', 'POST', { token: /\/administrator#(\S+)/.exec(server.log)?.[1] });
  for (const [firstName, lastName, email] of OTHERS) {
    const { id } = await api('users/', 'POST', { firstName, lastName, email, isAdmin: firstName === 'Zoë' });
    if (firstName === '山田') await api(`users/${id}/`, 'PATCH', { disabled: true });
  }
  const room = await createRoom(server.url, owner.access, 'Donaudampfschifffahrtsgesellschaftskapitänsversammlung');
  const of = (/** @type {string} */ path, /** @type {string} */ method, /** @type {object} */ body) => call(`${server.url}/api/rooms/${room.id}/${path}`, { method, access: owner.access, body });
  await of('', 'PATCH', { locked: true, peopleLimit: 12 });
  for (const uses of [5, 1]) await of('invitations/', 'POST', { uses });
  await api('settings/', 'PATCH', { peoplePerRoom: 200 });
  const path = `/r/${room.roomId}`;
  await person.goto(`${server.url}/login?next=${path}`);
  await loginInApp(person, OWNER, path);
  await person.getByTestId('join').click();
  await connected(person);
  return room;
}

/** An hour of a school morning, since this server has just started. @param {string} query */
function samples(query) {
  const [interval, count] = query.includes('day') ? [300, 288] : [10, 360];
  const begin = Date.now() - interval * count * 1_000;
  const list = Array.from({ length: count }, (_, index) => {
    const [part, wave] = [index / count, Math.sin(index / 9) + Math.sin(index / 31)];
    const people = Math.max(0, Math.round(18 + 14 * Math.sin(part * 5) + 2 * wave));
    return {
      at: new Date(begin + index * interval * 1_000).toISOString(),
      people,
      rooms: Math.ceil(people / 6),
      bitrateIn: people * (1_350_000 + 90_000 * wave),
      bitrateOut: people * (3_900_000 + 300_000 * wave),
      lossIn: Math.max(0, 0.004 + 0.003 * wave),
      lossOut: Math.max(0, 0.009 + 0.005 * wave),
      joins: index % 12 === 0 ? 1 + (index % 5) : 0,
      failures: index % 97 === 60 ? 1 : 0,
    };
  });
  return JSON.stringify({ interval, samples: list });
}

/** @param {import('./album.mjs').Album} album @param {import('./album.mjs').Device} device @param {string} url @param {import('../lib/api.mjs').Room} room */
export async function adminStates(album, device, url, room) {
  const access = await login(url, ROOT);
  const page = await album.page(device);
  const take = (/** @type {string} */ name) => album.take(page, device, `admin-${name}`);
  const open = async (/** @type {string} */ path, /** @type {string} */ there) => {
    await page.goto(`${url}/admin${path}`);
    await page.getByTestId(there).first().waitFor();
  };
  const act = async (/** @type {string} */ email, /** @type {string} */ what) => {
    await page.locator(`[data-email="${email}"]`).getByTestId('row-menu').click();
    await page.getByTestId(`do-${what}`).click();
  };
  await page.route('**/api/admin/samples/**', (route) => route.fulfill({ contentType: 'application/json', body: samples(route.request().url()) }));
  await page.goto(`${url}/login?next=/admin`);
  await loginInApp(page, ROOT, '/admin');
  await page.getByTestId('charts').waitFor();
  await take('overview');
  await page.getByTestId('chart-people').scrollIntoViewIfNeeded();
  await page.getByTestId('chart-joins').evaluate((chart) => chart.scrollIntoView({ block: 'end' }));
  await take('charts');
  await page.getByTestId('chart-joins').getByTestId('as-table').click();
  await take('chart-table');
  await open('/calls', 'call-row');
  await take('calls');
  await open(`/calls/${room.roomId}`, 'participant');
  await take('call');
  await page.getByTestId('end-call-now').click();
  await take('end-call');
  await open('/users', 'user');
  await take('accounts');
  await page.locator('[data-email="zoe@example.org"]').getByTestId('row-menu').click();
  await take('account-menu');
  await page.keyboard.press('Escape');
  await act('alan.turing@example.com', 'delete');
  await page.getByTestId('doomed-rooms').waitFor();
  await take('delete-account');
  await page.keyboard.press('Escape');
  await page.getByTestId('add-user').click();
  await take('add-account');
  await page.keyboard.press('Escape');
  await act('zoe@example.org', 'reset-link');
  await page.getByTestId('host-confirm').click();
  await page.getByTestId('password-link').waitFor();
  await take('password-link');
  await open('/users?search=nobody', 'no-match');
  await take('accounts-none');
  await open('/rooms', 'room');
  await take('rooms');
  await open(`/rooms/${room.id}`, 'settings-form');
  await take('room');
  await open('/invitations', 'invitation');
  await take('invitations');
  await open('/log', 'log-entry');
  await take('log');
  const { users: [featured] } = await call(`${url}/api/admin/users/?search=zoe@example.org`, { method: 'GET', access });
  await open(`/log?account=${featured.id}&only=administration`, 'log-entry');
  await page.getByTestId('log-account').getByText('Zoë').waitFor();
  await take('log-filtered');
  await open('/settings', 'server-settings');
  await take('settings');
  await page.locator('input[name="peoplePerRoom"]').fill('50');
  const roomsPerUser = device === 'desktop' ? 20 : 30;
  await call(`${url}/api/admin/settings/`, { method: 'PATCH', access, body: { peoplePerRoom: roomsPerUser * 10, roomsPerUser } });
  await page.getByTestId('settings-save').click();
  await page.getByTestId('overtaken').waitFor();
  await take('settings-conflict');
  await page.route('**/api/admin/calls/**', (route) => route.fulfill({ status: 503, contentType: 'application/json', body: JSON.stringify({ code: 'unavailable' }) }));
  await open('/calls', 'list-error');
  await take('unavailable');
  await page.context().close();

  const other = await album.page(device);
  await other.goto(`${url}/login?next=/admin`);
  await loginInApp(other, OWNER, '/admin', PASSWORD);
  await other.getByTestId('page-not-administrator').waitFor();
  await album.take(other, device, 'admin-not-for-you');
  await other.context().close();
}
