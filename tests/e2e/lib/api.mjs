// The REST API, as a client that is not our page uses it.

/** @typedef {{id: number, roomId: string, title: string}} Room */

/** @param {string} url @param {{method?: string, body?: unknown, access?: string}} [request] */
export async function call(url, { method = 'POST', body, access } = {}) {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...(access ? { Authorization: `Bearer ${access}` } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

export const PASSWORD = 'correct-horse-battery-7';

/** The address of the accounts that tests make. @param {string} fullName */
export const emailOf = (fullName) => `${fullName.replace(' ', '.').toLowerCase()}@example.com`;

/** An access token, which is good for a quarter of an hour. @param {string} base @param {string} fullName @returns {Promise<string>} */
export async function login(base, fullName) {
  const { access } = await call(`${base}/api/token/`, { body: { email: emailOf(fullName), password: PASSWORD } });
  return access;
}

/** Registers an account. @param {string} base @param {string} fullName @returns {Promise<{email: string, access: string}>} */
export async function register(base, fullName) {
  const [firstName = '', lastName = ''] = fullName.split(' ');
  const email = emailOf(fullName);
  const { tokens } = await call(`${base}/api/user/create/`, { body: { email, firstName, lastName, password: PASSWORD } });
  return { email, access: tokens.access };
}

/** @param {string} base @param {string} access @param {string} title @returns {Promise<Room>} */
export const createRoom = (base, access, title) => call(`${base}/api/rooms/`, { access, body: { title, typeOf: 'OTA' } });
