// The app as a person uses it, found by its data-testid attributes.
import assert from 'node:assert/strict';
import { emailOf, PASSWORD } from './api.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Fills the register form, and is in the lobby afterwards. @param {Page} page @param {string} base @param {string} fullName @param {string} [next] where it goes on */
export async function registerInApp(page, base, fullName, next = '/') {
  if (!page.url().includes('/register')) await page.goto(`${base}/register`);
  await fillRegister(page, fullName);
  await page.getByTestId('register-submit').click();
  await page.waitForURL((url) => url.pathname === next);
}

/** @param {Page} page @param {string} fullName */
export async function fillRegister(page, fullName) {
  const [firstName = '', lastName = ''] = fullName.split(' ');
  const fields = { firstName, lastName, email: emailOf(fullName), password: PASSWORD, confirm: PASSWORD };
  for (const [name, value] of Object.entries(fields)) await page.locator(`input[name="${name}"]`).fill(value);
}

/** Leaves the call, to the page after it. Hosts are asked whether they end it for all. @param {Page} page */
export async function leave(page) {
  await page.getByTestId('leave').click();
  await page.getByTestId('end-left').or(page.getByTestId('leave-alone')).first().waitFor();
  if (await page.getByTestId('leave-alone').isVisible()) await page.getByTestId('leave-alone').click();
  await page.getByTestId('end-left').waitFor();
}

/** Logs in, also from the page of a room that takes no guests. @param {Page} page @param {string} fullName @param {string} [next] @param {string} [password] */
export async function loginInApp(page, fullName, next = '/', password = PASSWORD) {
  await page.getByTestId('door-login').or(page.locator('input[name="email"]')).first().waitFor();
  if (await page.getByTestId('door-login').isVisible()) await page.getByTestId('door-login').click();
  await page.locator('input[name="email"]').fill(emailOf(fullName));
  await page.locator('input[name="password"]').fill(password);
  await page.getByTestId('login-submit').click();
  await page.waitForURL((url) => url.pathname === next);
}

/** Creates a room in the lobby and says its path. @param {Page} page @param {string} title @param {string} [description] */
export async function createRoomInApp(page, title, description = '') {
  await page.getByTestId('create-room').click();
  await page.locator('input[name="title"]').fill(title);
  if (description !== '') await page.locator('textarea[name="description"]').fill(description);
  await page.getByTestId('create-submit').click();
  const row = page.getByTestId('room-row').filter({ hasText: title });
  await row.waitFor();
  const roomId = await row.getAttribute('data-room-id');
  assert.ok(roomId);
  return `/r/${roomId}`;
}

/** Joins from the page before the call, once camera and microphone are on. @param {Page} page */
export async function join(page) {
  for (const device of ['prejoin-camera', 'prejoin-microphone']) {
    await page.locator(`[data-testid="${device}"][data-state="on"][aria-busy="false"]`).waitFor();
  }
  await page.getByTestId('join').click();
  await connected(page);
}

/** @param {Page} page */
export const connected = (page) => page.locator('[data-testid="call"][data-phase="connected"]').waitFor();

/** The tile of a remote participant. @param {Page} page @param {string} fullName */
export const tileOf = (page, fullName) => page.locator(`[data-testid="tile"][data-name="${fullName}"]`);

/** What one shares of one's screen is a moving square. Before the page is opened. @param {Page} page */
export const drawScreen = (page) =>
  page.addInitScript(() => {
    navigator.mediaDevices.getDisplayMedia = async () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
      const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      setInterval(() => pen.fillRect(Date.now() % 600, 100, 40, 40), 60);
      return canvas.captureStream(15);
    };
  });
