// What pages use of the API.
import { AccountApi } from './account';
import { session } from './browser';
import { Caller } from './caller';
import { HostApi } from './host';
import { InvitationsApi } from './invitations';
import { KnocksApi } from './knocks';
import { MessagesApi } from './messages';
import { RolesApi } from './roles';
import { RoomsApi } from './rooms';
import { ServerApi } from './server';

export { session };
export const account = new AccountApi(session);
export const caller = new Caller(session);
export const host = new HostApi(caller);
export const invitations = new InvitationsApi(caller);
export const knocks = new KnocksApi(caller);
export const messages = new MessagesApi(caller);
export const roles = new RolesApi(caller);
export const rooms = new RoomsApi(caller);
export const server = new ServerApi(session);
