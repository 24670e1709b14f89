// The pages of a room as its hosts see them, beside a call of that room: settings and who feels them, two hosts at once, people, invitations, history.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { call, createRoom, register } from './lib/api.mjs';
import { connected, join, loginInApp } from './lib/app.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { startServer } from './lib/server.mjs';

/** @typedef {import('playwright-core').Page} Page */

describe('the pages of a room', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let browser;
  /** @type {Page} */ let ada;
  /** @type {Page} */ let bob;
  /** @type {import('./lib/api.mjs').Room} */ let room;
  /** Ada's token, for what she does on another device. */
  let access = '';
  const tab = (/** @type {string} */ name) => ada.getByTestId(`tab-${name}`).click();
  const toast = (/** @type {Page} */ page, /** @type {string} */ text) => page.getByTestId('toast-success').filter({ hasText: text }).waitFor();
  const save = async () => {
    await ada.getByTestId('settings-save').click();
    await ada.getByTestId('unsaved').waitFor({ state: 'detached' });
  };
  const field = (/** @type {string} */ name, page = ada) => page.getByTestId('settings-form').locator(`[name="${name}"]`);
  const typed = (/** @type {string} */ name) => field(name).inputValue();
  const login = async (/** @type {string} */ name, /** @type {string} */ path) => {
    const page = await newPage(browser, { viewport: { width: 1280, height: 900 } });
    await page.goto(`${server.url}/login?next=${encodeURIComponent(path)}`);
    await loginInApp(page, name, path.split('?')[0]);
    return page;
  };

  before(async () => {
    server = await startServer();
    browser = await launchChromium();
    ({ access } = await register(server.url, 'Ada Lovelace'));
    await register(server.url, 'Bob Builder');
    await register(server.url, 'Cleo Cat');
    room = await createRoom(server.url, access, 'Planning');
    [ada, bob] = await Promise.all([login('Ada Lovelace', `/r/${room.roomId}/settings`), login('Bob Builder', `/r/${room.roomId}`)]);
    await join(bob);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test('are for hosts, and say so to others', async () => {
    const page = await bob.context().newPage();
    await page.goto(`${server.url}/r/${room.roomId}/settings`);
    await page.getByTestId('page-not-host').waitFor();
    await assertAccessible(page, 'the page for those who are no hosts');
    await page.goto(`${server.url}/r/room4711/settings`);
    await page.getByTestId('page-room-not-found').waitFor();
    await page.close();
  });

  test('what is saved is seen in the running call at once', async () => {
    assert.ok(await ada.getByTestId('settings-save').isDisabled(), 'nothing to save yet');
    await assertAccessible(ada, 'the settings');
    await field('title').fill('Planning <b>会議</b> 🎉');
    await field('peopleLimit').fill('0');
    await ada.getByTestId('settings-save').click();
    await ada.getByText('A whole number from 1 to 1,000, please').waitFor();
    await field('peopleLimit').fill('12');
    await ada.getByTestId('setting-keepChat').click();
    await save();
    await toast(ada, 'Room settings saved');
    await bob.getByRole('heading', { level: 1 }).filter({ hasText: 'Planning <b>会議</b> 🎉' }).waitFor();
    await ada.reload();
    await ada.getByTestId('settings-form').waitFor();
    assert.equal(await typed('peopleLimit'), '12');
    assert.ok(await ada.getByTestId('setting-keepChat').isChecked());
  });

  test('a time stands in the lobby, and goes into a calendar', async () => {
    const at = new Date(Date.now() + 3 * 24 * 3600_000);
    at.setHours(14, 5, 0, 0);
    const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
    await ada.getByTestId('time-scheduledOn').fill(local);
    await save();
    const lobby = await bob.context().newPage();
    await lobby.goto(`${server.url}/`);
    const row = lobby.getByTestId('room-row');
    await row.getByTestId('scheduled').filter({ hasText: /\b2?:?0?2:05|14:05/ }).waitFor();
    await row.getByTestId('room-toggle').click();
    const download = lobby.waitForEvent('download');
    await row.getByTestId('ics').click();
    const file = await download;
    assert.equal(file.suggestedFilename(), 'Planning b 会議 b 🎉.ics');
    const text = readFileSync(await file.path(), 'utf8');
    assert.ok(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75), text);
    const lines = text.replace(/\r\n[ \t]/g, '').split('\r\n');
    const property = (/** @type {string} */ name) => lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1);
    assert.equal(property('DTSTART'), `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`);
    assert.equal(property('SUMMARY'), 'Planning <b>会議</b> 🎉');
    assert.equal(property('URL'), `${server.url}/r/${room.roomId}`);
    assert.equal(property('UID'), `room-${room.id}@${new URL(server.url).host}`);
    assert.deepEqual([lines[0], lines.at(-2), lines.at(-1)], ['BEGIN:VCALENDAR', 'END:VCALENDAR', '']);
    await assertAccessible(lobby, 'the lobby with a time');
    await row.getByTestId('enter-room').click();
    await lobby.getByTestId('prejoin').getByTestId('scheduled').waitFor();
    await lobby.close();
  });

  test('what was typed is still there for whoever comes back', async () => {
    await field('description').fill('Half a thought');
    await ada.getByRole('link', { name: 'Rotunda, to the lobby' }).click();
    await ada.getByTestId('room-list').waitFor();
    await ada.getByTestId('toast-action').click();
    await ada.getByTestId('unsaved').waitFor();
    assert.equal(await typed('description'), 'Half a thought');
    await ada.getByTestId('settings-discard').click();
    assert.equal(await typed('description'), '');
  });

  test('a co-host is named by the address of their account, and has the host’s controls in the call that they are in', async () => {
    await tab('people');
    await ada.getByTestId('people-empty').waitFor();
    await ada.getByTestId('add-email').fill('nobody@example.com');
    await ada.getByTestId('add-submit').click();
    await ada.getByText('There is no account with this email address.').waitFor();
    await assertAccessible(ada, 'the people, with an error');
    await ada.getByTestId('add-email').fill('bob.builder@example.com');
    await ada.getByTestId('add-submit').click();
    await toast(ada, 'Bob Builder is now a co-host');
    await ada.locator('[data-testid="holder"][data-name="Bob Builder"][data-role="cohost"]').waitFor();
    await bob.getByTestId('people-button').click();
    await bob.getByTestId('host-section').waitFor();
  });

  test('from the call a host opens the settings beside it; a co-host sets what keeps order', async () => {
    const opened = bob.context().waitForEvent('page');
    await bob.getByTestId('more-button').click();
    await bob.getByTestId('menu-room-settings').click();
    const page = await opened;
    await page.getByTestId('owners-only').waitFor();
    assert.ok(await field('title', page).isDisabled());
    assert.ok(await page.getByTestId('setting-keepChat').isDisabled());
    await assertAccessible(page, 'the settings of a co-host');
    await connected(bob);

    // Two hosts at once: Ada types, Bob and Ada's other device are faster. Her page hears of it when it saves, not before by chance.
    await tab('settings');
    await ada.route(`**/api/rooms/${room.roomId}/`, (route) => route.abort());
    await field('title').fill('Mine');
    await field('description').fill('Mine too');
    await page.getByTestId('setting-shareDisabled').click();
    await page.getByTestId('settings-save').click();
    await toast(page, 'Room settings saved');
    await page.close();
    await call(`${server.url}/api/rooms/${room.id}/`, { method: 'PATCH', access, body: { title: 'Theirs' } });
  });

  test('of two hosts at once the second is told, loses nothing, and chooses', async () => {
    await ada.getByTestId('settings-save').click();
    await ada.getByTestId('overtaken').filter({ hasText: 'Share their screen' }).waitFor();
    await ada.getByTestId('conflict-title').filter({ hasText: 'Theirs' }).waitFor();
    assert.deepEqual([await typed('title'), await typed('description')], ['Mine', 'Mine too']);
    assert.ok(!(await ada.getByTestId('setting-shareDisabled').isChecked()), 'theirs is taken over where nothing was typed');
    await assertAccessible(ada, 'the settings with a conflict');
    await ada.unroute(`**/api/rooms/${room.roomId}/`);
    await ada.getByTestId('take-title').click();
    await save();
    await bob.getByRole('heading', { level: 1 }).filter({ hasText: 'Theirs' }).waitFor();
    const stored = await call(`${server.url}/api/rooms/${room.id}/`, { method: 'GET', access });
    assert.deepEqual([stored.title, stored.description, stored.shareDisabled], ['Theirs', 'Mine too', true]);
  });

  test('an invite-only room gets another link, which ends its call', async () => {
    await ada.getByTestId('setting-typeOf').click();
    await ada.getByTestId('type-IO').click();
    await ada.getByTestId('type-change').waitFor();
    await save();
    await ada.waitForURL(/\/r\/room[0-9a-f]{32}\/settings$/);
    await bob.getByTestId('end-ended').waitFor();
    await ada.getByTestId('settings-form').waitFor();
  });

  test('an invitation lets in as many as it says, and nobody once it is revoked', async () => {
    await tab('invitations');
    await ada.getByTestId('invitations-empty').waitFor();
    await assertAccessible(ada, 'no invitations');
    const create = async () => {
      await ada.getByTestId('invite-lasts').click();
      await ada.getByTestId('lasts-hour').click();
      await ada.getByTestId('invite-uses').fill('1');
      await ada.getByTestId('invite-submit').click();
      const link = await ada.getByTestId('invite-link').inputValue();
      await assertAccessible(ada, 'a new invitation');
      await ada.getByTestId('invite-done').click();
      return new URL(link);
    };
    const state = (/** @type {string} */ wanted) => ada.locator(`[data-testid="invitation"][data-state="${wanted}"]`);
    const [revoked, good] = [await create(), await create()];
    await eventually('both are listed', async () => (await state('good').count()) === 2);
    await state('good').last().getByTestId('revoke').click();
    await ada.getByTestId('host-confirm').click();
    await toast(ada, 'Invitation revoked');
    await eventually('one is left', async () => (await state('good').count()) === 1);

    const cleo = await login('Cleo Cat', revoked.pathname + revoked.search);
    await cleo.getByTestId('join').click();
    await cleo.getByTestId('end-uninvited').waitFor();
    await cleo.goto(good.href);
    await join(cleo);
    await cleo.context().close();
    // Read again when one comes back to the list, as after a minute elsewhere.
    await tab('people');
    await ada.locator('[data-testid="holder"][data-name="Cleo Cat"][data-role="participant"]').waitFor();
    await tab('invitations');
    await state('usedUp').getByText('used 1 of 1 times').waitFor();
    const dan = await register(server.url, 'Dan Late');
    const late = call(`${server.url}/api${good.pathname.replace('/r/', '/rooms/')}/join/`, { access: dan.access, body: { invitation: good.searchParams.get('invitation') } });
    await assert.rejects(late, /invitation_invalid/);
    await state('usedUp').getByTestId('revoke').click();
    await ada.getByTestId('invitations-empty').waitFor();
    const [first, second] = [await create(), await create()];
    await ada.getByTestId('revoke-all').click();
    await assertAccessible(ada, 'revoking all invitations');
    await ada.getByTestId('host-confirm').click();
    await toast(ada, 'All invitations revoked');
    await ada.getByTestId('invitations-empty').waitFor();
    for (const { searchParams, pathname } of [first, second])
      await assert.rejects(call(`${server.url}/api${pathname.replace('/r/', '/rooms/')}/join/`, { access: dan.access, body: { invitation: searchParams.get('invitation') } }), /invitation_invalid/);
  });

  test('a room that is handed over is the other’s from then on', async () => {
    await tab('people');
    const row = ada.locator('[data-testid="holder"][data-name="Bob Builder"]');
    await row.getByTestId('holder-menu').click();
    await assertAccessible(ada, 'the menu of a co-host');
    await ada.getByTestId('hand-over').click();
    await ada.getByRole('dialog', { name: 'Hand the room over to Bob Builder?' }).waitFor();
    await assertAccessible(ada, 'the question before handing over');
    await ada.getByTestId('host-confirm').click();
    await ada.locator('[data-testid="holder"][data-name="Bob Builder"][data-role="owner"]').waitFor();
    await ada.locator('[data-testid="holder"][data-name="Ada Lovelace"][data-role="cohost"]').waitFor();
    await ada.getByTestId('add-person').waitFor({ state: 'detached' });
    await bob.goto(ada.url());
    await bob.getByTestId('add-person').waitFor();
    await bob.getByTestId('tab-settings').click();
    assert.ok(await field('title', bob).isEnabled());
  });

  test('the history says who did what, the newest first', async () => {
    await tab('log');
    await ada.getByTestId('log-entry').first().waitFor();
    const told = (await ada.getByTestId('log-entry').locator('p').allInnerTexts()).map((text) => text.replace(/[\u2068\u2069]/g, ''));
    assert.equal(told[0], 'Ada Lovelace handed the room over to Bob Builder');
    const wanted = [
      'Ada Lovelace revoked an invitation',
      'Ada Lovelace changed: room type is Invite only',
      'Bob Builder changed: screen sharing for everyone off',
      'Ada Lovelace made Bob Builder a co-host',
      'Ada Lovelace changed: title is “Planning <b>会議</b> 🎉”, keeping the chat on, 12 people at a time',
    ];
    const places = wanted.map((sentence) => told.indexOf(sentence));
    assert.ok(places.every((place, at) => place > (places[at - 1] ?? 0)), told.join('\n'));
    await assertAccessible(ada, 'the history');
  });
});
