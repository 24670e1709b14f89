// A person in the app while the room's owner, over the API, makes rules for the call: what a real browser with livekit-client does when the
// server ends a share, keeps microphones muted, and deletes the room.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { call, createRoom, register } from './lib/api.mjs';
import { connected, drawScreen, join, registerInApp, tileOf } from './lib/app.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { eventually } from './lib/expect.mjs';
import { startServer } from './lib/server.mjs';

describe('the rules of a call', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let browser;
  /** @type {import('playwright-core').Page} */ let guest;
  /** @type {import('playwright-core').Page} */ let other;
  let access = '';
  let room = '';

  const host = (/** @type {string} */ path, /** @type {unknown} */ body, method = 'POST') => call(`${server.url}/api/rooms/1/${path}`, { method, body, access });
  const microphone = (/** @type {string} */ state) => guest.locator(`[data-testid="toggle-microphone"][data-state="${state}"]`);
  const seen = (/** @type {string} */ state) => tileOf(other, 'Gus Guest').and(other.locator(`[data-microphone="${state}"]`));
  const screenOf = (/** @type {import('playwright-core').Page} */ page) => page.locator('[data-kind="screen"][data-where="stage"]');
  const share = async () => {
    await guest.getByTestId('share-screen').click();
    await guest.getByTestId('share-detail').click();
    await screenOf(other).waitFor();
  };

  before(async () => {
    server = await startServer();
    ({ access } = await register(server.url, 'Olga Owner'));
    ({ roomId: room } = await createRoom(server.url, access, 'Ruled'));
    browser = await launchChromium();
    [guest, other] = [await newPage(browser), await newPage(browser)];
    await drawScreen(guest);
    await registerInApp(guest, server.url, 'Gus Guest');
    await registerInApp(other, server.url, 'Olive Other');
    for (const page of [guest, other]) {
      await page.goto(`${server.url}/r/${room}`);
      await join(page);
    }
    await seen('on').waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test('a share that a host stops ends for everyone, and may begin again', async () => {
    await share();
    const identity = await other.locator('[data-kind="screen"]').first().getAttribute('data-identity');
    assert.ok(identity);
    await host('stop-share/', { identity });
    await screenOf(other).waitFor({ state: 'detached' });
    await guest.locator('[data-testid="share-screen"][data-state="off"]').waitFor();
    await share();
  });

  test('a share that is forbidden ends too', async () => {
    await host('', { shareDisabled: true }, 'PATCH');
    await screenOf(other).waitFor({ state: 'detached' });
    await screenOf(guest).waitFor({ state: 'detached' });
    await host('', { shareDisabled: false }, 'PATCH');
  });

  test('microphones stay muted while only hosts may unmute, also of who joins anew', async () => {
    await host('', { unmuteDisabled: true }, 'PATCH');
    await microphone('off').waitFor();
    await seen('off').waitFor();
    // To Playwright, what says why it does nothing is disabled.
    await guest.getByTestId('toggle-microphone').click({ force: true });
    await guest.getByTestId('toasts').getByText('Only hosts may unmute').first().waitFor();
    assert.equal(await guest.getByTestId('toasts').getByText(/muted/).count(), 1, 'said once');
    await guest.reload();
    await join(guest);
    await microphone('off').waitFor();
    await seen('off').waitFor();
    await host('', { unmuteDisabled: false }, 'PATCH');
    await eventually('the microphone can be opened again', async () => {
      if (await microphone('off').isVisible()) await guest.getByTestId('toggle-microphone').click();
      return seen('on').isVisible();
    });
  });

  test('a full room says so', async () => {
    await host('', { peopleLimit: 2 }, 'PATCH');
    const late = await newPage(browser);
    await registerInApp(late, server.url, 'Lara Late');
    await late.goto(`${server.url}/r/${room}`);
    await late.getByTestId('join').click();
    await late.getByTestId('end-full').waitFor();
    await host('', { peopleLimit: 3 }, 'PATCH');
    await late.getByTestId('join-again').click();
    await connected(late);
    await late.close();
  });

  test('a room that is deleted says so at once', async () => {
    const start = Date.now();
    await host('', undefined, 'DELETE');
    for (const page of [guest, other]) await page.getByTestId('end-deleted').waitFor();
    assert.ok(Date.now() - start < 2_000, `${Date.now() - start} ms`);
  });
});
