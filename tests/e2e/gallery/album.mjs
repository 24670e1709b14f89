// Pictures of the app's states, each in a large and a small window: in English light and dark, in German (long words) light, in Arabic (right to left)
// dark. They are put together on two sheets a state: one in English, one in the other languages.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newPage } from '../lib/chromium.mjs';

/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {'desktop' | 'phone'} Device */
/** @typedef {keyof typeof LANGUAGES} Language */

/** In which colours the states are shown in each language. The layout is the same in all colours. */
export const LANGUAGES = /** @type {const} */ ({ en: ['light', 'dark'], de: ['light'], ar: ['dark'] });
const LOCALES = { en: 'en-GB', de: 'de-DE', ar: 'ar-EG' };
/** Sheets by their folder. @type {Record<string, readonly Language[]>} */
const SHEETS = { '': ['en'], languages: ['de', 'ar'] };
/** @type {Record<Device, import('playwright-core').BrowserContextOptions>} */
const CONTEXTS = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
};
/** Widths on the sheet, in pixels. */
const SHOWN = { desktop: 660, phone: 250 };
const LARGEST_BYTES = 260_000;

export class Album {
  /** @type {Map<string, Map<string, Buffer>>} */ #states = new Map();
  #browser;
  /** What the pages of the album speak. @type {Language} */ language = 'en';

  /** @param {Browser} browser */
  constructor(browser) {
    this.#browser = browser;
  }

  /** A page of someone new, on a device. @param {Device} device @param {import('playwright-core').BrowserContextOptions} [options] */
  page(device, options) {
    return newPage(this.#browser, { ...CONTEXTS[device], locale: LOCALES[this.language], ...options });
  }

  /** Takes the pictures of a state that the page is in. @param {Page} page @param {Device} device @param {string} name */
  async take(page, device, name) {
    const shots = this.#states.get(name) ?? new Map();
    this.#states.set(name, shots);
    // Words that go by themselves are of the step before.
    await page.evaluate(() => document.querySelectorAll('[data-testid="toasts"] button:not([data-testid="toast-action"])').forEach((close) => close instanceof HTMLElement && close.click()));
    // Nothing is beyond the edges, where it could be scrolled to only.
    assert.deepEqual(await page.evaluate(() => [document.documentElement.scrollWidth - document.documentElement.clientWidth, scrollX]), [0, 0], `${name} scrolls sideways`);
    for (const colorScheme of LANGUAGES[this.language]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // Colours fade into each other.
      await page.waitForTimeout(400);
      shots.set(`${this.language} ${device} ${colorScheme}`, await page.screenshot({ animations: 'disabled' }));
    }
    console.log(`${name}, ${device}, ${this.language}`);
  }

  /** Writes the sheets into a folder, and nothing else stays there. @param {string} folder */
  async write(folder) {
    rmSync(folder, { recursive: true, force: true });
    const page = await newPage(this.#browser, { viewport: { width: 1240, height: 900 } });
    for (const [subfolder, languages] of Object.entries(SHEETS)) {
      mkdirSync(join(folder, subfolder), { recursive: true });
      for (const [name, shots] of this.#states) {
        const column = (/** @type {Device} */ device, /** @type {string} */ direction) => {
          const pictures = languages.flatMap((language) =>
            LANGUAGES[language].flatMap((scheme) => {
              const shot = shots.get(`${language} ${device} ${scheme}`);
              return shot === undefined ? [] : [`<img width="${SHOWN[device]}" src="data:image/png;base64,${shot.toString('base64')}">`];
            }),
          );
          return pictures.length === 0 ? '' : `<div style="display:flex;flex-direction:${direction};gap:12px">${pictures.join('')}</div>`;
        };
        await page.setContent(`<body style="margin:0"><div id="sheet" style="display:inline-flex;gap:12px;padding:12px;background:#7d8784;align-items:start">${column('desktop', 'column')}${column('phone', 'row')}</div>`);
        const sheet = await page.locator('#sheet').screenshot({ type: 'jpeg', quality: 72 });
        if (sheet.length > LARGEST_BYTES) throw new Error(`the sheet of ${name} has ${sheet.length} bytes`);
        writeFileSync(join(folder, subfolder, `${name}.jpg`), sheet);
      }
    }
    await page.context().close();
  }
}
