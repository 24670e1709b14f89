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

/** Registers an account. @param {string} base @param {string} fullName @returns {Promise<{email: string, access: string}>} */
export async function register(base, fullName) {
  const [firstName = '', lastName = ''] = fullName.split(' ');
  const email = `${firstName}.${lastName}@example.com`.toLowerCase();
  const { tokens } = await call(`${base}/api/user/create/`, { body: { email, firstName, lastName, password: PASSWORD } });
  return { email, access: tokens.access };
}

/** @param {string} base @param {string} access @param {string} title @returns {Promise<Room>} */
export const createRoom = (base, access, title) => call(`${base}/api/rooms/`, { access, body: { title, typeOf: 'OTA' } });
