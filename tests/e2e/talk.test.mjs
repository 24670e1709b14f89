// Two people in a call, each in a Chromium of their own, talk beside picture and sound: messages to everyone and to one, unread ones, what looks
// like markup, raised hands, reactions.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { call, createRoom, register } from './lib/api.mjs';
import { join, registerInApp, tileOf } from './lib/app.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { startServer } from './lib/server.mjs';

/** @typedef {import('playwright-core').Page} Page */

describe('talking in a call', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser[]} */ let browsers = [];
  /** @type {Page} */ let ada;
  /** @type {Page} */ let grace;
  let access = '';
  let room = 0;
  let roomId = '';

  /** @param {Page} page @param {string} text */
  const message = (page, text) => page.getByTestId('chat-message').filter({ hasText: text });
  const rule = (/** @type {Record<string, boolean>} */ rules) => call(`${server.url}/api/rooms/${room}/`, { method: 'PATCH', body: rules, access });
  const write = async (/** @type {Page} */ page, /** @type {string} */ text) => {
    await page.getByTestId('chat-field').fill(text);
    await page.getByTestId('chat-field').press('Enter');
  };

  before(async () => {
    server = await startServer();
    browsers = await Promise.all([launchChromium(), launchChromium()]);
    [ada, grace] = /** @type {[Page, Page]} */ (await Promise.all(browsers.map((browser) => newPage(browser, { viewport: { width: 1280, height: 800 } }))));
    ({ access } = await register(server.url, 'Olga Owner'));
    ({ id: room, roomId } = await createRoom(server.url, access, 'Talk'));
    await registerInApp(ada, server.url, 'Ada Lovelace');
    await registerInApp(grace, server.url, 'Grace Hopper');
    for (const page of [ada, grace]) {
      await page.goto(`${server.url}/r/${roomId}`);
      await join(page);
      // Nothing here needs pictures, which cost the machine most.
      await page.getByTestId('toggle-camera').click();
    }
    await tileOf(ada, 'Grace Hopper').waitFor();
    await tileOf(grace, 'Ada Lovelace').waitFor();
  });
  after(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await server?.close();
  });

  test('a message with two lines and a link arrives, unread until the chat is opened', async () => {
    await ada.getByTestId('chat-button').click();
    await ada.getByTestId('chat-empty').waitFor();
    await eventually('the field has the focus', () => ada.evaluate(() => document.activeElement?.getAttribute('data-testid') === 'chat-field'));
    await ada.keyboard.type('See https://example.org/agenda.');
    await ada.keyboard.press('Shift+Enter');
    await ada.keyboard.type('At nine.');
    await ada.keyboard.press('Enter');
    await ada.locator('[data-testid="chat-message"][data-own="true"][data-delivery="sent"]').waitFor();
    await grace.getByTestId('chat-unread').getByText('1', { exact: true }).waitFor();
    await grace.getByTestId('announcements').getByText('Ada Lovelace wrote: See https://example.org/agenda.').waitFor({ state: 'attached' });
    await grace.getByTestId('chat-button').click();
    const text = message(grace, 'At nine.').getByTestId('chat-text');
    assert.equal(await text.innerText(), 'See https://example.org/agenda.\nAt nine.');
    const link = text.locator('a');
    assert.deepEqual(
      await link.evaluate((a) => [a.getAttribute('href'), a.textContent, a.getAttribute('target'), a.getAttribute('rel')]),
      ['https://example.org/agenda', 'https://example.org/agenda', '_blank', 'noopener noreferrer'],
    );
    await grace.locator('[data-testid="chat-button"][aria-label="Chat"]').waitFor();
  });

  test('markup is text', async () => {
    const markup = '<img src=x onerror="document.title=1"><b>bold</b> javascript:alert(1)';
    await write(grace, markup);
    const text = message(ada, 'bold').getByTestId('chat-text');
    assert.equal(await text.textContent(), markup);
    assert.equal(await text.locator('*').count(), 0);
  });

  test('a private message says so at both ends', async () => {
    await ada.getByTestId('chat-to').locator('select').selectOption({ label: 'Grace Hopper' });
    await write(ada, 'Only for you');
    await message(ada, 'Only for you').and(ada.locator('[data-private="true"]')).getByText('Private, to Grace Hopper only').waitFor();
    await message(grace, 'Only for you').and(grace.locator('[data-private="true"]')).getByText('Private, to you only').waitFor();
    await ada.getByTestId('chat-to').locator('select').selectOption({ label: 'Everyone' });
    await write(ada, 'For all again');
    await message(grace, 'For all again').and(grace.locator('[data-private="false"]')).waitFor();
  });

  test('too long is told while it is written, and does not go', async () => {
    await ada.getByTestId('chat-field').fill('x'.repeat(4_001));
    await ada.getByTestId('chat-hint').getByText('1 character too long').waitFor();
    assert.equal(await ada.getByTestId('chat-send').isDisabled(), true);
    await ada.getByTestId('chat-field').fill('x'.repeat(4_000));
    await ada.getByTestId('chat-hint').getByText('0 characters left').waitFor();
    await ada.getByTestId('chat-send').click();
    await message(grace, 'xxxx').waitFor();
  });

  test('who reads further up stays there, and is told what is new', async () => {
    const box = ada.getByTestId('chat-messages');
    for (const n of [1, 2, 3]) {
      await write(grace, `Poem ${n}${'\n…'.repeat(14)}`);
      await message(ada, `Poem ${n}`).waitFor();
    }
    await box.evaluate((element) => (element.scrollTop = 0));
    await ada.getByTestId('chat-to-end').waitFor();
    await write(grace, 'What is new');
    await ada.getByTestId('chat-to-end').getByText('1 new message').waitFor();
    assert.equal(await box.evaluate((element) => element.scrollTop), 0);
    await ada.getByTestId('chat-to-end').click();
    await message(ada, 'What is new').waitFor();
    await eventually('the box is at its end', () => box.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight < 2));
    await ada.getByTestId('chat-to-end').waitFor({ state: 'detached' });
    if (process.env.SCREENSHOT) await ada.screenshot({ path: process.env.SCREENSHOT });
    await assertAccessible(ada, 'the chat');
  });

  test('Escape closes the panel and gives the focus back; what was not sent is still there', async () => {
    await ada.getByTestId('chat-field').fill('a draft');
    await ada.keyboard.press('Escape');
    await ada.getByTestId('chat-panel').waitFor({ state: 'detached' });
    assert.equal(await ada.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'chat-button');
    await ada.keyboard.press('Enter');
    assert.equal(await ada.getByTestId('chat-field').inputValue(), 'a draft');
  });

  test('hands stand in the order in which they went up, on the tiles and in the list of people', async () => {
    const handOn = (/** @type {import('playwright-core').Locator} */ tile, /** @type {number} */ place) => tile.locator(`[data-testid="tile-hand"][data-place="${place}"]`).waitFor();
    await grace.keyboard.press('Escape');
    await grace.getByTestId('hand-button').click();
    await handOn(tileOf(ada, 'Grace Hopper'), 1);
    await ada.getByTestId('toast-success').filter({ hasText: 'Grace Hopper raised a hand' }).waitFor();
    await ada.locator('[data-testid="hand-button"][data-state="off"]').click();
    await ada.locator('[data-testid="hand-button"][data-state="on"]').waitFor();
    await handOn(tileOf(grace, 'Ada Lovelace'), 2);
    await grace.getByTestId('people-button').click();
    await grace.getByTestId('hand').nth(1).waitFor();
    assert.deepEqual(await grace.getByTestId('hand').evaluateAll((hands) => hands.map((hand) => hand.getAttribute('data-name'))), ['Grace Hopper', 'Ada Lovelace']);
    if (process.env.SCREENSHOT) await grace.screenshot({ path: `${process.env.SCREENSHOT}.hands.png` });
    await grace.getByTestId('hand-button').click();
    await handOn(tileOf(grace, 'Ada Lovelace'), 1);
    await tileOf(ada, 'Grace Hopper').getByTestId('tile-hand').waitFor({ state: 'detached' });
  });

  test('a reaction, chosen with the keyboard, floats over the tile of whoever sent it and is announced', async () => {
    await ada.getByTestId('reaction-button').focus();
    await ada.keyboard.press('Enter');
    await eventually('the first sign has the focus', () => ada.evaluate(() => document.activeElement?.getAttribute('data-testid') === 'reaction-thumbsUp'));
    await ada.keyboard.press('ArrowRight');
    await ada.keyboard.press('Enter');
    await tileOf(grace, 'Ada Lovelace').locator('[data-testid="tile-reaction"][data-reaction="heart"]').waitFor();
    await ada.getByTestId('tile-local').locator('[data-testid="tile-reaction"][data-reaction="heart"]').waitFor();
    assert.equal(await grace.getByTestId('tile-local').getByTestId('tile-reaction').count(), 0);
    await grace.getByTestId('announcements').getByText('Ada Lovelace: Heart.').waitFor({ state: 'attached' });
    await ada.keyboard.press('Escape');
    await ada.getByTestId('reaction-palette').waitFor({ state: 'detached' });
    await grace.getByTestId('tile-reaction').waitFor({ state: 'detached' });
  });

  test('on a phone all of it is behind "More", with the count of unread messages', async () => {
    await grace.setViewportSize({ width: 360, height: 640 });
    await grace.getByTestId('close-people').click();
    await ada.getByTestId('chat-field').fill('For your phone');
    await ada.getByTestId('chat-field').press('Enter');
    await grace.getByTestId('more-button').getByText('1', { exact: true }).waitFor();
    await grace.getByTestId('more-button').click();
    await grace.getByTestId('menu-hand').click();
    await tileOf(ada, 'Grace Hopper').getByTestId('tile-hand').waitFor();
    await grace.getByTestId('more-button').click();
    await grace.getByTestId('menu-chat').click();
    await message(grace, 'For your phone').waitFor();
    await eventually('the field has the focus', () => grace.evaluate(() => document.activeElement?.getAttribute('data-testid') === 'chat-field'));
  });

  test('in a room that keeps its chat, who comes later reads what was written before', async () => {
    await rule({ keepChat: true });
    await write(ada, 'Kept for later');
    await message(grace, 'Kept for later').waitFor();
    await ada.getByTestId('chat-to').locator('select').selectOption({ label: 'Grace Hopper' });
    await write(ada, 'Between us');
    await message(grace, 'Between us').waitFor();
    await ada.getByTestId('chat-to').locator('select').selectOption({ label: 'Everyone' });
    await grace.goto(`${server.url}/r/${roomId}`);
    await join(grace);
    await grace.getByTestId('more-button').click();
    await grace.getByTestId('menu-chat').click();
    await message(grace, 'Kept for later').getByText('Ada Lovelace').waitFor();
    assert.equal(await grace.getByTestId('chat-message').count(), 1);
    await write(grace, 'I have read it');
    await message(ada, 'I have read it').waitFor();
    assert.equal(await ada.getByTestId('chat-not-kept').count(), 0);
  });

  test('a chat that the host turned off can be read, not written', async () => {
    await rule({ chatDisabled: true });
    await ada.getByTestId('chat-disabled').waitFor();
    assert.equal(await ada.getByTestId('chat-field').isDisabled(), true);
    await message(ada, 'I have read it').waitFor();
    await rule({ chatDisabled: false });
    await ada.getByTestId('chat-disabled').waitFor({ state: 'detached' });
    await write(ada, 'Open again');
    await message(grace, 'Open again').waitFor();
  });
});
