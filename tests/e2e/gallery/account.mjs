// The account's own page, and who may make one, from the real server.
import { execFileSync } from 'node:child_process';
import { call, createRoom, emailOf, PASSWORD, register } from '../lib/api.mjs';
import { loginInApp } from '../lib/app.mjs';
import { bareEnvironment, binary } from '../lib/server.mjs';

const CLIENTS = ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'];
const ROOMS = ['Reading circle', 'Donaudampfschifffahrtsgesellschaftskapitänsversammlung am Donnerstagabend', '朝の会議 🌅'];

/** @param {import('./album.mjs').Album} album @param {import('./album.mjs').Device} device @param {import('../lib/server.mjs').Server} server */
export async function accountStates(album, device, server) {
  const { url } = server;
  const take = (/** @type {import('playwright-core').Page} */ page, /** @type {string} */ name) => album.take(page, device, name);
  const name = device === 'desktop' ? 'Rosalind Franklin' : 'Rosa Franklin';
  const { access, email } = await register(url, name);
  for (const title of ROOMS) await createRoom(url, access, title);
  for (const userAgent of CLIENTS)
    await fetch(`${url}/api/token/`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'User-Agent': userAgent }, body: JSON.stringify({ email, password: PASSWORD }) });

  const page = await album.page(device);
  await page.goto(`${url}/account`);
  await page.getByTestId('account-nobody').waitFor();
  await take(page, 'account-nobody');
  await page.getByTestId('account-login').click();
  await loginInApp(page, name, '/account');
  await page.getByTestId('login').first().waitFor();
  await take(page, 'account');
  await page.locator('input[name="email"]').fill(emailOf('Ada Lovelace'));
  await page.getByTestId('profile-form').locator('input[name="password"]').fill('wrong');
  await page.getByTestId('profile-submit').click();
  await page.getByTestId('profile-form').locator('p.Mui-error').waitFor();
  await take(page, 'account-address');
  await page.getByTestId('password-form').scrollIntoViewIfNeeded();
  await page.getByTestId('sign-out-others').scrollIntoViewIfNeeded();
  await take(page, 'account-logins');
  await page.getByTestId('delete-account').scrollIntoViewIfNeeded();
  await take(page, 'account-end');
  await page.getByTestId('delete-account').click();
  await page.getByTestId('doomed-rooms').waitFor();
  await take(page, 'account-deletion');
  await page.getByTestId('deletion-dialog').locator('input[name="password"]').fill(PASSWORD);
  await page.getByTestId('deletion-submit').click();
  await page.getByTestId('account-deleted').waitFor();
  await take(page, 'account-deleted');

  const operator = await register(url, `Olga ${album.language}${device}`);
  const data = server.args[server.args.indexOf('--data') + 1] ?? '';
  execFileSync(binary(), ['admin', 'grant', operator.email, '--data', data], { env: bareEnvironment() });
  const registration = (/** @type {string} */ value) => call(`${url}/api/admin/settings/`, { method: 'PATCH', access: operator.access, body: { registration: value } });
  for (const [value, state] of /** @type {const} */ ([['closed', 'closed'], ['invitation', 'byInvitation']])) {
    await registration(value);
    await page.goto(`${url}/register`);
    await page.getByTestId(`register-${state}`).waitFor();
    await take(page, `register-${value}`);
  }
  await registration('open');
  await page.context().close();
}
