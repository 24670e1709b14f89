// Real Firefox ESR. It gathers no candidates without a default route, so it runs inside a namespace that has one.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { launch } from 'puppeteer-core';
import { instrument } from './instrument.mjs';
import { SDK_SCRIPT } from './sdk.mjs';

export const launchFirefox = () =>
  launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    defaultViewport: { width: 1600, height: 1000 },
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'media.autoplay.default': 0,
      'media.autoplay.block-webaudio': false,
      // Lets a page capture a tab, for want of a screen.
      'media.getusermedia.browser.enabled': true,
      // Without a sound card, web audio would never start.
      'media.cubeb.force_mock_context': true,
      // Nothing leaves the namespace anyway; this spares the waiting for it.
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
    },
  });

/** A page of a web server of the test's own on 127.0.0.1, a secure origin, with livekit-client in it. */
export class SdkSite {
  #server = createServer((request, response) => {
    const script = request.url === '/sdk.js';
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html');
    response.end(script ? SDK_SCRIPT : '<!doctype html><title>SDK</title><body><script src="/sdk.js"></script>');
  });

  async listen() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    this.url = `http://127.0.0.1:${port}/`;
    return this;
  }

  /** @param {import('puppeteer-core').Browser} browser */
  async open(browser) {
    const page = await browser.newPage();
    await page.evaluateOnNewDocument(instrument);
    await page.goto(this.url ?? '');
    return page;
  }

  close() {
    this.#server.close();
  }
}

/**
 * Runs in the page, before its own scripts: a Firefox without a display has no screen to offer ("NotFoundError"). It captures its tab in the same way
 * as it would capture one, so that stands in.
 */
export const captureTab = () => {
  // @ts-expect-error the constraint is Firefox's own
  navigator.mediaDevices.getDisplayMedia = () => navigator.mediaDevices.getUserMedia({ video: { mediaSource: 'browser' } });
};
