// Every word that the app says, in English, a file an area. Other languages are folders of the same shape.
import { account } from './account';
import { admin } from './admin';
import { call } from './call';
import { door } from './door';
import { host } from './host';
import { lobby } from './lobby';
import { room } from './room';
import { server } from './server';
import { settings } from './settings';
import { shell } from './shell';
import { talk } from './talk';

export const catalogue = { ...shell, ...account, ...lobby, ...room, ...door, ...settings, ...call, ...host, ...talk, ...admin, ...server };

/** What all other languages are measured by. */
export type English = typeof catalogue;
