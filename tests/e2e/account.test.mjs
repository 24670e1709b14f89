// Links that open an account: a new password by a link from the command line, and the server's first administrator by the one that it printed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { call, PASSWORD, register } from './lib/api.mjs';
import { emailOf, loginInApp } from './lib/app.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { launchChromium, newPage } from './lib/chromium.mjs';
import { bareEnvironment, binary, startServer } from './lib/server.mjs';

const NEW_PASSWORD = 'another-horse-battery-8';

describe('links of accounts', () => {
  /** @type {import('./lib/server.mjs').Server} */ let server;
  /** @type {import('playwright-core').Browser} */ let browser;
  /** @type {import('playwright-core').Page} */ let page;

  before(async () => {
    server = await startServer();
    browser = await launchChromium();
    page = await newPage(browser, { viewport: { width: 1280, height: 800 } });
    await register(server.url, 'Ada Lovelace');
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test('a server without mail says who can help', async () => {
    await page.goto(`${server.url}/login`);
    await page.getByTestId('to-forgot').click();
    await page.getByTestId('no-mail').waitFor();
    await assertAccessible(page, 'no mail');
  });

  test('a link sets a new password, once, and stands in no address afterwards', async () => {
    const data = server.args[server.args.indexOf('--data') + 1] ?? '';
    const printed = execFileSync(binary(), ['admin', 'reset-link', emailOf('Ada Lovelace'), '--data', data, '--public-url', server.url], { env: bareEnvironment(), encoding: 'utf8' });
    const link = /\S+\/reset#\S+/.exec(printed)?.[0] ?? assert.fail(printed);
    const { pathname, hash } = new URL(link);
    await page.goto(server.url + pathname + hash);
    await page.getByTestId('reset-form').waitFor();
    assert.equal(new URL(page.url()).hash, '');
    await assertAccessible(page, 'a new password');
    const password = page.locator('input[name="password"]');
    await password.fill('password');
    await page.locator('input[name="confirm"]').fill('password');
    await page.getByTestId('reset-submit').click();
    await page.getByText(/too common/).waitFor();
    await password.fill(NEW_PASSWORD);
    await page.locator('input[name="confirm"]').fill(NEW_PASSWORD);
    await page.getByTestId('reset-submit').click();
    await page.getByTestId('login-form').waitFor();
    await assert.rejects(call(`${server.url}/api/token/`, { body: { email: emailOf('Ada Lovelace'), password: PASSWORD } }), /401/);
    await page.goto('about:blank');
    await page.goto(server.url + pathname + hash);
    await page.getByTestId('link-not-valid').waitFor();
    await assertAccessible(page, 'a link that is no longer good');
  });

  test('the link that the server printed makes whoever logs in its administrator', async () => {
    const hash = /\/administrator(#\S+)/.exec(server.log)?.[1] ?? assert.fail(server.log);
    await page.goto(`${server.url}/administrator${hash}`);
    await page.waitForURL((url) => url.pathname === '/login' && !url.href.includes(hash.slice(1)));
    await loginInApp(page, 'Ada Lovelace', '/administrator', NEW_PASSWORD);
    await page.getByTestId('claim').waitFor();
    await assertAccessible(page, 'becoming the administrator');
    await page.getByTestId('claim-submit').click();
    await page.getByTestId('claimed').waitFor();
    const { access } = await call(`${server.url}/api/token/`, { body: { email: emailOf('Ada Lovelace'), password: NEW_PASSWORD } });
    assert.equal((await call(`${server.url}/api/user/`, { method: 'GET', access })).isAdmin, true);
    await page.goto('about:blank');
    await page.goto(`${server.url}/administrator${hash}`);
    await page.getByTestId('claim-submit').click();
    await page.getByTestId('link-not-valid').waitFor();
  });
});
