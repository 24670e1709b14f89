// The SRTP protection profile: AES-GCM by choice, AES-CM with HMAC-SHA1 where the operator allows nothing else; both carry
// pictures and tones between real browsers.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { launchChromium } from './lib/chromium.mjs';
import { hears, sees } from './lib/expect.mjs';
import { LOOKS } from './lib/media.mjs';
import { connect, publish, sdkPage } from './lib/sdk.mjs';
import { startServer } from './lib/server.mjs';
import { mint } from './lib/token.mjs';

const [first, second] = /** @type {[import('./lib/media.mjs').Look, import('./lib/media.mjs').Look]} */ (LOOKS);

const cases = [
  { what: 'by default', config: undefined, cipher: /AEAD_AES_128_GCM$/ },
  { what: 'limited to CM_SHA1_80', config: 'srtp-profiles = ["cm-sha1-80"]\n', cipher: /CM_HMAC_SHA1_80$/ },
];

describe('the SRTP profile', () => {
  for (const { what, config, cipher } of cases) {
    test(`${what}, two Chromium pages see and hear each other with ${cipher.source}`, async () => {
      const server = await startServer({ config });
      const browser = await launchChromium();
      try {
        const pages = await Promise.all([first, second].map(async (look) => {
          const page = await sdkPage(browser);
          await connect(page, { url: server.wsUrl, token: mint({ identity: look.name, room: 'profiles' }) });
          await publish(page, look);
          return page;
        }));
        const [a, b] = /** @type {[import('playwright-core').Page, import('playwright-core').Page]} */ (pages);
        await Promise.all([sees(a, second), sees(b, first)]);
        await hears(a, second);
        await hears(b, first);
        for (const page of pages) {
          const { srtpCiphers } = await page.evaluate(() => window.instruments.flows());
          assert.equal(srtpCiphers.length, 2, 'both connections carry media');
          for (const used of srtpCiphers) assert.match(used, cipher);
        }
      } finally {
        await browser.close();
        await server.close();
      }
    });
  }
});
