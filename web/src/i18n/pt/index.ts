// Portuguese: every word that the app says, a file an area.
import type { English } from '../en';
import type { Translated } from '../translated';
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

export const catalogue: Translated<English> = { ...shell, ...account, ...lobby, ...room, ...door, ...settings, ...call, ...host, ...talk, ...admin, ...server };
