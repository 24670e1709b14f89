// The call's states, from the views' fixtures: any number of people, and what cannot be waited for.
/** @typedef {import('playwright-core').Page} Page */

/** What is done on a fixture's page until it is in the state, after it was opened. @type {Record<string, {query: string, act?: (page: Page, device: import('./album.mjs').Device) => Promise<void>}>} */
const STATES = {
  'call-alone': { query: 'people=1' },
  'call-2': { query: 'people=2' },
  'call-5': { query: 'people=5&cameras=4&hands' },
  'call-16': { query: 'people=16&cameras=13' },
  'call-49': { query: 'people=49&cameras=40' },
  'call-connecting': { query: 'people=1&phase=connecting' },
  'call-reconnecting': { query: 'people=4&phase=reconnecting' },
  'call-sound-blocked': { query: 'people=3&silent' },
  'call-share': { query: 'people=6&screen' },
  'call-weak': { query: 'people=3&weak&busy', act: (page) => page.getByTestId('weak-notice').waitFor() },
  'call-more': { query: 'people=3', act: (page) => page.getByTestId('more-button').click() },
  'call-people': { query: 'people=12&hands', act: (page, device) => panel(page, device, 'people') },
  'call-chat': { query: 'people=5&messages=30', act: (page, device) => panel(page, device, 'chat') },
  'call-chat-empty': { query: 'people=2', act: (page, device) => panel(page, device, 'chat') },
  'call-statistics': {
    query: 'people=3',
    act: async (page) => {
      await entry(page, 'stats');
      await page.getByTestId('stats-flow').first().waitFor();
    },
  },
  'call-saver': { query: 'people=3', act: (page) => entry(page, 'saver') },
  'call-settings': { query: 'people=3', act: (page) => entry(page, 'settings') },
  'call-settings-effects': {
    query: 'people=3',
    act: async (page) => {
      await entry(page, 'settings');
      await page.getByTestId('settings-effects').click();
    },
  },
  'call-settings-general': {
    query: 'people=3',
    act: async (page) => {
      await entry(page, 'settings');
      await page.getByTestId('settings-general').click();
    },
  },
  'call-shortcuts': { query: 'people=3', act: (page) => page.keyboard.press('?') },
};

/** @param {Page} page @param {string} id */
async function entry(page, id) {
  await page.getByTestId('more-button').click();
  await page.getByTestId(`menu-${id}`).click();
}

/** @param {Page} page @param {import('./album.mjs').Device} device @param {'people' | 'chat'} which */
async function panel(page, device, which) {
  if (device === 'phone') await entry(page, which);
  else await page.getByTestId(`${which}-button`).click();
}

/** @param {import('./album.mjs').Album} album @param {import('./album.mjs').Device} device @param {string} fixtures the development server's address */
export async function callStates(album, device, fixtures) {
  for (const [name, { query, act }] of Object.entries(STATES)) {
    const page = await album.page(device);
    await page.goto(`${fixtures}/dev/tiles?${query}`);
    await page.getByTestId('call').waitFor();
    await act?.(page, device);
    await album.take(page, device, name);
    await page.context().close();
  }
}
