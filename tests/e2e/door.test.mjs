// In front of a room and after it: guests by a link without an account, the waiting room on both sides of the door, and the pages that say why one is not
// inside. A host, somebody with an account and guests, each in a context of their own.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { call, createRoom, register } from './lib/api.mjs';
import { connected, join, leave, loginInApp, tileOf } from './lib/app.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { startServer } from './lib/server.mjs';

/** Within a second on a machine that does nothing else; this one runs several browsers. */
const SOON_MS = 3_000;

/** @typedef {import('playwright-core').Page} Page */

describe('the door of a room', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let browser;
  /** @type {Page} */ let host;
  /** @type {Page} */ let knocker;
  /** @type {Page} */ let gus;
  let access = '';
  let path = '';

  const api = (/** @type {string} */ what, /** @type {unknown} */ body, method = 'POST') => call(`${server.url}/api/rooms/1/${what}`, { method, body, access });
  /** @returns {Promise<{id: number, name: string, user: number | string}[]>} */
  const waiting = () => call(`${server.url}/api/rooms/1/knocks/`, { method: 'GET', access });
  const inList = (/** @type {string} */ name) => host.getByTestId('waiting-person').filter({ hasText: name });
  const people = async () => {
    if (!(await host.getByTestId('people-panel').isVisible())) await host.getByTestId('people-button').click();
  };

  /** Somebody without an account who asks to join, without devices: what is seen and heard is not the matter here. @param {string} name */
  async function guest(name) {
    const page = await newPage(browser, { viewport: { width: 1000, height: 800 } });
    await page.goto(server.url + path);
    await page.getByTestId('guest-name').fill(name);
    await page.getByTestId('join-without-devices').click();
    return page;
  }

  before(async () => {
    server = await startServer();
    browser = await launchChromium();
    ({ access } = await register(server.url, 'Ada Lovelace'));
    await register(server.url, 'Grace Hopper');
    path = `/r/${(await createRoom(server.url, access, 'Behind a door')).roomId}`;
    [host, knocker] = [await newPage(browser, { viewport: { width: 1280, height: 800 } }), await newPage(browser, { viewport: { width: 1000, height: 800 } })];
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test('a room that takes no guests says so, and leads on to the login and back', async () => {
    await knocker.goto(server.url + path);
    await knocker.getByTestId('end-noGuests').waitFor();
    await assertAccessible(knocker, 'a room without guests');
    assert.match((await knocker.getByTestId('door-register').getAttribute('href')) ?? '', /^\/register\?next=%2Fr%2F/);
    await loginInApp(knocker, 'Grace Hopper', path);
    await knocker.getByTestId('prejoin').waitFor();
    assert.equal(await knocker.getByTestId('guest-name').count(), 0);
  });

  test('a guest comes by a link of one use, under a name that they type, is lobby’s stranger, and comes back after a reload', async () => {
    const { link } = await api('', { typeOf: 'IO', allowGuests: true }, 'PATCH').then(() => api('invitations/', { uses: 1 }));
    const { pathname, search } = new URL(link);
    gus = await newPage(browser, { viewport: { width: 1000, height: 800 } });
    await gus.goto(server.url + pathname + search);
    await gus.getByTestId('prejoin').waitFor();
    await assertAccessible(gus, 'a guest before the call');
    await gus.getByTestId('join').click();
    await gus.getByText('Please fill in this field').waitFor();
    assert.ok(await gus.getByTestId('guest-name').evaluate((field) => field === document.activeElement), 'the field is where one types');
    await gus.getByTestId('guest-name').fill(' \u202eGus\u202c <b>Gast</b> ');
    await gus.getByTestId('guest-name').press('Enter');
    await connected(gus);
    await gus.getByTestId('tile-name').filter({ hasText: 'Gus <b>Gast</b> (you)' }).waitFor();
    await gus.getByTestId('guest-badge').waitFor();

    const lobby = await gus.context().newPage();
    await lobby.goto(server.url);
    await lobby.getByTestId('anonymous-hint').waitFor();
    await lobby.close();

    await gus.reload();
    await gus.getByTestId('prejoin').waitFor();
    assert.equal(await gus.getByTestId('guest-name').inputValue(), 'Gus <b>Gast</b>');
    await join(gus);
    await api('', { typeOf: 'OTA' }, 'PATCH');
    // Under its new name it is another room to the call.
    await gus.getByTestId('end-ended').or(gus.getByTestId('end-deleted')).waitFor();
  });

  test('who leaves may rejoin by a click, and a guest is offered an account', async () => {
    await gus.goto(server.url + path);
    await join(gus);
    await leave(gus);
    await assertAccessible(gus, 'after the call, as a guest');
    await gus.getByTestId('create-account').waitFor();
    assert.equal(await gus.getByTestId('to-lobby').count(), 0);
    await gus.getByTestId('join-again').click();
    await connected(gus);
    await leave(gus);
  });

  test('in front of a waiting room without a host one is told so, and a reload goes on waiting', async () => {
    await api('', { waitingRoom: true, scheduledOn: new Date(Date.now() + 26 * 3600_000).toISOString() }, 'PATCH');
    await knocker.reload();
    await knocker.getByTestId('prejoin').waitFor();
    assert.deepEqual(await waiting(), [], 'looking at one’s own picture is no knock');
    await knocker.getByTestId('join').click();
    await knocker.locator('[data-testid="waiting-status"][data-host="absent"]').waitFor();
    await knocker.locator('[data-testid="prejoin-camera"][data-state="on"]').waitFor();
    await knocker.getByTestId('waiting').getByTestId('scheduled').waitFor();
    await assertAccessible(knocker, 'waiting');
    const [before] = await waiting();
    await knocker.reload();
    await knocker.getByTestId('waiting').waitFor();
    assert.deepEqual(await waiting(), [before], 'the same knock');
  });

  test('a host who comes hears of it, and whom they admit is inside at once', async () => {
    await host.goto(`${server.url}/login`);
    await loginInApp(host, 'Ada Lovelace');
    await host.goto(server.url + path);
    await host.getByTestId('join-without-devices').click();
    await connected(host);
    await host.getByTestId('knock-banner').filter({ hasText: 'Grace Hopper wants to come in' }).waitFor();
    assert.equal(await host.getByTestId('waiting-count').innerText(), '1');
    await assertAccessible(host, 'somebody knocks');
    await knocker.locator('[data-testid="waiting-status"][data-host="present"]').waitFor();
    // How long the call takes to be drawn is another matter.
    const goesIn = knocker.waitForRequest((request) => request.url().endsWith('/join/'));
    const start = Date.now();
    await host.getByTestId('knock-admit').click();
    await goesIn;
    const took = Date.now() - start;
    assert.ok(took < SOON_MS, `${took} ms from the click until they go in`);
    await connected(knocker);
    await tileOf(host, 'Grace Hopper').waitFor();
    await host.getByTestId('knock-banner').waitFor({ state: 'detached' });
  });

  test('a guest is listed with a badge; refused, they read so and have to wait before they ask again', async () => {
    const walt = await guest('Walt Waiting');
    await walt.getByTestId('waiting').waitFor();
    await people();
    await inList('Walt Waiting').getByTestId('guest-badge').waitFor();
    const [asked] = await waiting();
    await walt.reload();
    await walt.getByTestId('waiting').waitFor();
    assert.deepEqual(await waiting(), [asked], 'the same guest, the same knock');
    await assertAccessible(host, 'the list of who waits');
    await inList('Walt Waiting').getByTestId('refuse').click();
    await walt.getByTestId('end-refused').waitFor();
    assert.match(await walt.getByTestId('join-again').innerText(), /^Ask again in \d+ seconds$/);
    assert.ok(await walt.getByTestId('join-again').isDisabled());
    await assertAccessible(walt, 'refused');
    await inList('Walt Waiting').waitFor({ state: 'detached' });
    await walt.context().close();
  });

  test('who thinks better of it is gone from the list; the others are let in by one click, also after the server was started again', async () => {
    const [one, two] = [await guest('First Guest'), await guest('Second Guest')];
    for (const page of [one, two]) await page.getByTestId('waiting').waitFor();
    const third = await guest('Third Guest');
    await inList('Third Guest').waitFor();
    await third.getByTestId('cancel-waiting').click();
    await third.getByTestId('prejoin').waitFor();
    await inList('Third Guest').waitFor({ state: 'detached' });
    await third.context().close();

    await server.stop();
    await server.start();
    for (const page of [host, knocker]) await connected(page);
    await people();
    await inList('First Guest').waitFor();
    await inList('Second Guest').waitFor();
    await host.getByTestId('admit-all').click();
    for (const page of [one, two]) await connected(page);
    await tileOf(host, 'Second Guest').getByTestId('guest-badge').waitFor();
    await host.getByTestId('person').filter({ hasText: 'First Guest' }).getByTestId('guest-badge').waitFor();
    await two.context().close();
    gus = one;
  });

  test('who is removed knocks again, and who is banned reads so', async () => {
    const identity = await tileOf(host, 'First Guest').getAttribute('data-identity');
    assert.ok(identity);
    await api('remove/', { identity });
    await gus.getByTestId('end-removed').waitFor();
    await assertAccessible(gus, 'removed');
    await gus.getByTestId('join-again').click();
    await inList('First Guest').getByTestId('admit').click();
    await connected(gus);
    await api('bans/', { user: identity.split(':')[0] });
    await gus.getByTestId('end-removed').waitFor();
    await gus.getByTestId('join-again').click();
    await gus.getByTestId('end-banned').waitFor();
    await assertAccessible(gus, 'banned');
  });

  test('the call ends for all, and the room is gone', async () => {
    await api('end/', {});
    await knocker.getByTestId('end-ended').waitFor();
    await assertAccessible(knocker, 'ended');
    await api('', undefined, 'DELETE');
    await knocker.getByTestId('join-again').click();
    await knocker.getByTestId('end-notFound').waitFor();
    await gus.goto(server.url + path);
    await eventually('a way to the login', () => gus.getByTestId('door-login').isVisible());
  });
});
