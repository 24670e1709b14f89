// LiveKit access tokens as an operator's own backend would sign them; by default with the key and secret of --dev.
import { createHmac } from 'node:crypto';

const encode = (/** @type {unknown} */ part) => Buffer.from(JSON.stringify(part)).toString('base64url');

/**
 * @param {{identity: string, room: string, name?: string, grants?: object, seconds?: number, key?: {name: string, secret: string}}} wanted
 */
export function mint({ identity, room, name = identity, grants = {}, seconds = 600, key = { name: 'devkey', secret: 'secret' } }) {
  const now = Math.floor(Date.now() / 1000);
  const body = [
    encode({ alg: 'HS256', typ: 'JWT' }),
    encode({ iss: key.name, sub: identity, name, nbf: now - 5, exp: now + seconds, video: { roomJoin: true, room, ...grants } }),
  ].join('.');
  return `${body}.${createHmac('sha256', key.secret).update(body).digest('base64url')}`;
}
