// What pages use of the API.
import { session } from './browser';
import { HostApi } from './host';
import { InvitationsApi } from './invitations';
import { MessagesApi } from './messages';
import { RolesApi } from './roles';
import { RoomsApi } from './rooms';

export { session };
export const host = new HostApi(session);
export const invitations = new InvitationsApi(session);
export const messages = new MessagesApi(session);
export const roles = new RolesApi(session);
export const rooms = new RoomsApi(session);
