// What pages use of the API.
import { session } from './browser';
import { HostApi } from './host';
import { RoomsApi } from './rooms';

export { session };
export const host = new HostApi(session);
export const rooms = new RoomsApi(session);
