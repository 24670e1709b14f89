// The pages of those who run the server, as an administrator sees them beside ordinary people: who may see them and for how long, accounts, rooms,
// calls that go on, invitations, the log, settings and figures; by axe, and on a phone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { call, createRoom, emailOf, register } from './lib/api.mjs';
import { connected, loginInApp } from './lib/app.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { startServer } from './lib/server.mjs';

/** @typedef {import('playwright-core').Page} Page */

const [ROOT, SECOND, ADA, ALAN] = ['Grace Hopper', 'Zoe Second', 'Ada Lovelace', 'Alan Turing'];
/** More than one page of a list has. */
const MANY = 52;

describe('the administration', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let browser;
  /** @type {Page} */ let page;
  /** @type {Page} */ let ada;
  /** @type {Record<string, string>} */ const access = {};
  /** @type {Record<string, number>} */ const ids = {};
  /** @type {import('./lib/api.mjs').Room} */ let room;

  const api = (/** @type {string} */ path, /** @type {string} */ method = 'GET', /** @type {object | undefined} */ body = undefined, who = ROOT) =>
    call(`${server.url}/api/admin/${path}`, { method, access: access[who] ?? '', ...(body === undefined ? {} : { body }) });
  const open = async (/** @type {string} */ tab) => {
    await page.getByTestId(`tab-${tab}`).click();
    await page.getByTestId(`panel-${tab}`).waitFor();
  };
  const user = (/** @type {string} */ name) => page.locator(`[data-testid="user"][data-email="${emailOf(name)}"]`);
  const act = async (/** @type {string} */ name, /** @type {string} */ what) => {
    await user(name).getByTestId('row-menu').click();
    await page.getByTestId(`do-${what}`).click();
  };
  const confirm = () => page.getByTestId('host-confirm').click();
  const told = (/** @type {string | RegExp} */ words) => page.getByTestId('toasts').getByText(words).first().waitFor();
  const find = async (/** @type {string} */ words) => {
    await page.getByTestId('search').fill(words);
    await page.waitForURL((url) => (url.searchParams.get('search') ?? '') === words);
  };
  const login = async (/** @type {Page} */ who, /** @type {string} */ name, /** @type {string} */ path) => {
    await who.goto(`${server.url}/login?next=${encodeURIComponent(path)}`);
    await loginInApp(who, name, path);
  };

  before(async () => {

    server = await startServer();
    const started = launchChromium();
    for (const name of [ROOT, SECOND, ADA, ALAN]) access[name] = (await register(server.url, name)).access;
    const token = /\/administrator#(\S+)/.exec(server.log)?.[1];
    await call(`${server.url}/api/admin/claim/`, { access: access[ROOT] ?? '', body: { token } });
    for (let n = 0; n < MANY; n += 1) await api('users/', 'POST', { email: `many${n}@example.com`, firstName: `Many${n}`, lastName: 'Others' });
    for (const name of [ROOT, SECOND, ADA, ALAN]) ids[name] = (await api(`users/?search=${emailOf(name)}`)).users[0].id;
    await api(`users/${ids[SECOND]}/`, 'PATCH', { isAdmin: true });
    room = await createRoom(server.url, access[ADA] ?? '', 'Weekly sync');
    browser = await started;
    [page, ada] = await Promise.all([newPage(browser, { viewport: { width: 1280, height: 800 } }), newPage(browser, { viewport: { width: 900, height: 700 } })]);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test('is found in the menu by administrators alone, and told to everyone else in plain words', async () => {
    await login(ada, ADA, '/admin');
    await ada.getByTestId('page-not-administrator').waitFor();
    await assertAccessible(ada, 'the administration for those who are no administrators');
    await ada.getByTestId('menu-button').click();
    await ada.getByTestId('menu-logout').waitFor();
    assert.equal(await ada.getByTestId('menu-admin').count(), 0);
    await ada.goto('about:blank');

    await page.goto(`${server.url}/admin/users`);
    await page.waitForURL((url) => url.pathname === '/login');
    await loginInApp(page, ROOT, '/admin/users');
    await page.goto(server.url);
    await page.getByTestId('menu-button').click();
    await page.getByTestId('menu-admin').click();
    await page.getByTestId('panel-overview').waitFor();
  });

  test('shows accounts page by page, searched and sorted by the server, and the way back through them', async () => {
    await open('users');
    await page.getByTestId('user').nth(49).waitFor();
    assert.equal(await page.getByTestId('user').count(), 50);
    assert.equal(await user(ALAN).count(), 0);
    await page.getByTestId('page-next').click();
    await user(ALAN).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('page'), '2');
    await assertAccessible(page, 'the second page of accounts');
    await page.goBack();
    await user(ALAN).waitFor({ state: 'detached' });
    await page.getByTestId('page-next').click();
    await page.reload();
    await user(ALAN).waitFor();
    await page.getByTestId('page-previous').click();
    await user(ALAN).waitFor({ state: 'detached' });

    await find('turing');
    await user(ALAN).waitFor();
    assert.equal(await page.getByTestId('user').count(), 1);
    await page.goBack();
    await page.locator('[data-email="many51@example.com"]').waitFor();
    assert.equal(await page.getByTestId('search').inputValue(), '');
    await page.getByTestId('sort').click();
    await page.getByTestId('sort-email').click();
    await page.getByTestId('user').first().and(page.locator(`[data-email="${emailOf(ADA)}"]`)).waitFor();
    await page.getByTestId('only').click();
    await page.getByTestId('only-administrators').click();
    await user(ADA).waitFor({ state: 'detached' });
    assert.equal(await page.getByTestId('user').count(), 2);
    await page.goBack();
    await user(ADA).waitFor();
    await find('nobody at all');
    await page.getByTestId('no-match').getByText('nobody at all').waitFor();
  });

  test('adds an account by a link that is shown once, and edits it', async () => {
    await find('');
    await page.getByTestId('add-user').click();
    await page.locator('input[name="firstName"]').fill('Mary');
    await page.locator('input[name="lastName"]').fill('Jackson');
    await page.locator('input[name="email"]').fill(emailOf(ALAN));
    await page.getByTestId('user-submit').click();
    await page.getByTestId('user-form').getByText(/already/).waitFor();
    await page.locator('input[name="email"]').fill(emailOf('Mary Jackson'));
    await assertAccessible(page, 'adding an account');
    await page.getByTestId('user-submit').click();
    assert.match(await page.getByTestId('password-link').inputValue(), new RegExp(`^${server.url}/reset#\\S{40,}$`));
    await assertAccessible(page, 'the link to a password');
    await page.getByTestId('link-done').click();
    await page.getByTestId('link-dialog').waitFor({ state: 'detached' });
    await find('jackson');
    await act('Mary Jackson', 'edit');
    await page.locator('input[name="firstName"]').fill('Mary Winston');
    await page.getByTestId('user-submit').click();
    await user('Mary Jackson').getByText('Mary Winston Jackson').waitFor();
    await act('Mary Jackson', 'reset-link');
    await confirm();
    await page.getByTestId('password-link').waitFor();
    await page.getByTestId('link-done').click();
  });

  test('disables, enables and promotes, and says why the last administrator stays', async () => {
    await act('Mary Jackson', 'disable');
    await confirm();
    await user('Mary Jackson').and(page.locator('[data-disabled="true"]')).getByText('Disabled').waitFor();
    await act('Mary Jackson', 'enable');
    await user('Mary Jackson').and(page.locator('[data-disabled="false"]')).waitFor();
    await act('Mary Jackson', 'promote');
    await confirm();
    await user('Mary Jackson').and(page.locator('[data-administrator="true"]')).waitFor();
    await act('Mary Jackson', 'demote');
    await confirm();
    await user('Mary Jackson').and(page.locator('[data-administrator="false"]')).waitFor();
    await api(`users/${ids[SECOND]}/`, 'PATCH', { isAdmin: false });
    await find('hopper');
    await act(ROOT, 'demote');
    await confirm();
    await told(/only administrator/);
    await user(ROOT).and(page.locator('[data-administrator="true"]')).waitFor();
    await api(`users/${ids[SECOND]}/`, 'PATCH', { isAdmin: true });
  });

  test('names the rooms that go with an account before it is deleted', async () => {
    const mary = (await api('users/?search=jackson')).users[0];
    const { token } = /** @type {{token: string}} */ (Object.fromEntries([['token', (await api(`users/${mary.id}/reset-link/`, 'POST', {})).link.split('#')[1]]]));
    await call(`${server.url}/api/user/reset/`, { body: { token, password: 'another-horse-battery-8' } });
    const tokens = await call(`${server.url}/api/token/`, { body: { email: mary.email, password: 'another-horse-battery-8' } });
    for (const title of ['Trajectories', 'Wind tunnels']) await createRoom(server.url, tokens.access, title);
    await find('jackson');
    await page.reload();
    await act('Mary Jackson', 'delete');
    await page.getByTestId('doomed-rooms').getByText('Wind tunnels').waitFor();
    assert.deepEqual(await page.getByTestId('doomed-rooms').locator('li').allInnerTexts(), ['Trajectories', 'Wind tunnels']);
    await assertAccessible(page, 'before an account is deleted');
    await page.getByTestId('delete-user-confirm').click();
    await page.getByTestId('no-match').waitFor();
    assert.deepEqual((await api('rooms/')).rooms.map((/** @type {{title: string}} */ { title }) => title), ['Weekly sync']);
  });

  test('shows a call that goes on and its people, removes one and ends it for the other, who read so', async () => {
    const alan = await newPage(browser, { viewport: { width: 900, height: 700 } });
    const path = `/r/${room.roomId}`;
    await open('calls');
    await page.getByTestId('list-empty').waitFor();
    await Promise.all([login(alan, ALAN, path), ada.goto(server.url + path)]);
    for (const person of [ada, alan]) {
      await person.getByTestId('join').click();
      await connected(person);
    }
    await page.locator(`[data-call="${room.roomId}"][data-people="2"]`).waitFor();
    await assertAccessible(page, 'the calls that go on');
    await page.getByTestId('open-call').click();
    const person = (/** @type {string} */ name) => page.locator(`[data-testid="participant"][data-name="${name}"]`);
    await person(ADA).locator('[data-quality="excellent"], [data-quality="good"], [data-quality="poor"]').first().waitFor();
    await eventually('the call has a bit rate', async () => /\d.* [kM]b\/s/.test(await page.getByTestId('figure-in').innerText()) && !/^0 /.test(await page.getByTestId('figure-in').innerText()));
    await assertAccessible(page, 'a call and its people');
    await person(ALAN).getByTestId('remove-person').click();
    await confirm();
    await alan.getByTestId('end-removed').waitFor();
    await person(ALAN).waitFor({ state: 'detached' });
    await alan.context().close();
    await page.getByTestId('end-call-now').click();
    await confirm();
    await ada.getByTestId('end-ended').waitFor();
    await page.getByTestId('call-over').waitFor();
    await ada.goto('about:blank');
  });

  test('edits and deletes rooms of others, and revokes their invitations', async () => {
    const of = `${server.url}/api/rooms/${room.id}/`;
    await call(`${of}invitations/`, { access: access[ADA] ?? '', body: { uses: 5 } });
    await open('rooms');
    await page.getByTestId('row-menu').click();
    await page.getByTestId('do-edit').click();
    await page.getByTestId('settings-form').waitFor();
    await assertAccessible(page, 'the settings of somebody’s room');
    await page.locator('[name="title"]').fill('Monthly review');
    await call(of, { method: 'PATCH', access: access[ADA] ?? '', body: { description: 'Meanwhile' } });
    await page.getByTestId('settings-save').click();
    await page.getByTestId('overtaken').waitFor();
    await page.getByTestId('settings-save').click();
    await page.getByRole('heading', { name: 'Monthly review' }).waitFor();
    await open('invitations');
    await page.locator('[data-testid="invitation"][data-state="good"]').getByTestId('revoke').click();
    await confirm();
    await page.getByTestId('list-empty').waitFor();
    await open('rooms');
    await find('month');
    await page.getByTestId('row-menu').click();
    await page.getByTestId('do-delete').click();
    await assertAccessible(page, 'before a room is deleted');
    await confirm();
    await page.getByTestId('no-match').waitFor();
  });

  test('says in the log who did what to whom and from where', async () => {
    await open('log');
    const entry = (/** @type {string} */ name) => page.locator(`[data-testid="log-entry"][data-act="${name}"]`).first();
    const said = async (/** @type {string} */ name) => (await entry(name).innerText()).replace(/[\u2068\u2069]/g, '');
    await entry('delete_room').waitFor();
    assert.match(await said('delete_room'), /Grace Hopper deleted the room Monthly review of Ada Lovelace\s+from 127\.0\.0\.1/);
    assert.match(await said('remove'), /Grace Hopper removed Alan Turing from the call/);
    assert.match(await said('delete_user'), /Grace Hopper deleted the account mary\.jackson@example\.com/);
    await page.getByTestId('page-next').click();
    await page.getByTestId('page-number').getByText('2').waitFor();
    await page.getByTestId('page-first').or(page.getByTestId('page-previous')).first().click();
    await entry('delete_room').waitFor();
    await assertAccessible(page, 'the log');

    await page.getByTestId('kind').click();
    await page.getByTestId('kind-calls').click();
    await entry('delete_room').waitFor({ state: 'detached' });
    await entry('remove').waitFor();
    await open('users');
    await find('turing');
    await act(ALAN, 'log');
    await page.getByTestId('log-account').getByText(ALAN).waitFor();
    await entry('remove').waitFor();
    assert.equal(await entry('add_user').count(), 0);
    await page.getByTestId('log-until').fill('2020-01-31');
    await page.getByTestId('list-empty').getByText(/Nothing in the log matches/).waitFor();
    assert.deepEqual(Object.fromEntries(new URL(page.url()).searchParams), { account: String(ids[ALAN]), until: '2020-01-31' });
    await assertAccessible(page, 'a log in which nothing matches');
    await page.reload();
    await page.getByTestId('clear-until').click();
    await entry('remove').waitFor();
    await page.getByTestId('log-account').click();
    await entry('delete_room').waitFor();
  });

  test('sets who may register and the limits, and never overwrites unseen what another administrator has set', async () => {
    await open('settings');
    const people = page.locator('input[name="peoplePerRoom"]');
    await people.fill('0');
    await page.getByTestId('settings-save').click();
    await page.getByText(/A whole number from 1 to 1,000/).waitFor();
    await people.fill('40');
    await page.getByTestId('registration-closed').check();
    await api('settings/', 'PATCH', { peoplePerRoom: 30, roomsPerUser: 9 }, SECOND);
    await page.getByTestId('settings-save').click();
    await page.getByTestId('overtaken').waitFor();
    await page.getByTestId('conflict-peoplePerRoom').getByText('30').waitFor();
    await page.getByTestId('take-peoplePerRoom').evaluate((button) => button.scrollIntoView({ block: 'center' }));
    await assertAccessible(page, 'settings that two administrators change at once');
    await page.getByTestId('take-peoplePerRoom').click();
    await page.getByTestId('settings-save').click();
    await told(/settings are saved/);
    assert.deepEqual(await api('settings/'), { version: 3, registration: 'closed', peoplePerRoom: 30, roomsPerUser: 9 });
  });

  test('charts what the server measured, and says it in words and as a table', async () => {
    await open('overview');
    await page.getByTestId('charts').waitFor({ timeout: 20_000 });
    assert.match(await page.getByTestId('figure-joins').innerText(), /^[23]$/);
    const joins = page.getByTestId('chart-joins');
    await joins.locator('svg[class*="MuiChartsSurface"], svg.MuiChartsSvgLayer-root, svg').first().waitFor();
    await joins.getByText(/Joins: 2 in all/).waitFor();
    await assertAccessible(page, 'the figures of the server');
    await joins.getByTestId('as-table').click();
    await joins.getByTestId('chart-table').locator('tbody tr').first().waitFor();
    await assertAccessible(page, 'a chart as a table');
    await page.getByTestId('span-day').click();
    await page.waitForURL((url) => url.searchParams.get('span') === 'day');
    await page.goBack();
    await page.waitForURL((url) => url.searchParams.get('span') === null);
  });

  test('says that calls go on when the database does not answer, and keeps what is there', async () => {
    await open('calls');
    await page.getByTestId('list-empty').waitFor();
    const body = JSON.stringify({ detail: 'The server’s database is not available at the moment.', code: 'unavailable' });
    await page.route('**/api/admin/calls/**', (route) => route.fulfill({ status: 503, contentType: 'application/json', body }));
    await page.getByTestId('list-error').getByText(/Calls go on/).waitFor();
    await page.getByTestId('list-empty').waitFor();
    await assertAccessible(page, 'a list that does not come');
    await page.unroute('**/api/admin/calls/**');
    await page.getByTestId('list-error').waitFor({ state: 'detached' });
  });

  test('fits a phone: no page is wider than the screen', async () => {
    await createRoom(server.url, access[ADA] ?? '', 'Donaudampfschifffahrtsgesellschaftskapitänsversammlung');
    await page.setViewportSize({ width: 360, height: 640 });
    for (const [tab, there] of [['overview', 'charts'], ['calls', 'list-empty'], ['users', 'user'], ['rooms', 'room'], ['invitations', 'list-empty'], ['log', 'log-entry'], ['settings', 'server-settings']]) {
      await page.goto(`${server.url}/admin/${tab === 'overview' ? '' : tab}`);
      await page.getByTestId(there ?? '').first().waitFor();
      const { content, screen } = await page.evaluate(() => ({ content: document.documentElement.scrollWidth, screen: innerWidth }));
      assert.ok(content <= screen, `${tab}: ${content} px on ${screen}`);
      await assertAccessible(page, `${tab} on a phone`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('is lost within a second by who is demoted, and by who is disabled', async () => {
    await page.goto(`${server.url}/admin/users`);
    await page.getByTestId('user').first().waitFor();
    await api(`users/${ids[ROOT]}/`, 'PATCH', { isAdmin: false }, SECOND);
    const demoted = Date.now();
    await page.getByTestId('page-demoted').waitFor();
    assert.ok(Date.now() - demoted < 1_000, `${Date.now() - demoted} ms`);
    assert.equal(await page.getByTestId('user').count(), 0);
    await assertAccessible(page, 'the page of who was demoted');
    await api(`users/${ids[ROOT]}/`, 'PATCH', { isAdmin: true }, SECOND);
    await page.getByTestId('user').first().waitFor();
    await api(`users/${ids[ROOT]}/`, 'PATCH', { disabled: true }, SECOND);
    const disabled = Date.now();
    await page.getByTestId('page-signed-out').waitFor();
    assert.ok(Date.now() - disabled < 1_000, `${Date.now() - disabled} ms`);
  });
});
