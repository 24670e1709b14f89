// What pages use of the API.
import { session } from './browser';
import { RoomsApi } from './rooms';

export { session };
export const rooms = new RoomsApi(session);
