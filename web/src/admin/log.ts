// The server's audit log in words. In: an entry as the server has it. Out: one sentence, and what stands small below it. What hosts do in their rooms
// is said as in the rooms' own histories.
import type { TFunction } from 'i18next';
import type { LogEntry } from '../api/admin';
import { admin as words } from '../i18n/en/admin';
import { listIn, numberIn } from '../i18n/format';
import { actInWords, pairs, whenOf } from '../room/log';

const ACTS = words.admin.log.act;
const SETTINGS = words.admin.log.setting;
const PARTS = words.admin.log.part;
const REGISTRATIONS = words.admin.settings.registrationOf;

const has = <Words extends object>(words: Words, name: string): name is Extract<keyof Words, string> => Object.hasOwn(words, name);

function whoOf({ user, name }: LogEntry, t: TFunction): string {
  if (user === null) return t('admin.log.commandLine');
  return name ?? t('room.log.goneActor');
}

/** The account that an administrator did something to, or whom a host meant: an account or guest by number, or an identity of one of their devices. */
function whomOf({ whom, whomName, subject, subjectName }: LogEntry, t: TFunction): string {
  const name = whomName ?? subjectName;
  if (name !== null) return name;
  if (whom !== null) return t('room.log.goneAccount');
  // Administrators name the call first.
  const identity = subject.split(' ').at(-1) ?? '';
  const person = identity.split(':', 1)[0] ?? '';
  if (/^\d+$/.test(person)) return t('admin.log.account', { number: person });
  if (/^g[0-9a-f]{32}$/.test(person)) return t('admin.log.guest');
  return identity;
}

function settingInWords([name, value]: [string, string], t: TFunction, language: string): string {
  const known = name === 'registration' && has(REGISTRATIONS, value) ? t(`admin.settings.registrationOf.${value}`) : value;
  const said = /^\d+$/.test(known) ? numberIn(language, Number(known)) : known;
  return has(SETTINGS, name) ? t(`admin.log.setting.${name}`, { value: said }) : `${name}: ${value}`;
}

export function entryInWords(entry: LogEntry, t: TFunction, language: string): string {
  const { act, subject, user, whom } = entry;
  const who = whoOf(entry, t);
  const about = whomOf(entry, t);
  if (!has(ACTS, act)) {
    // An administrator ends a call, or removes somebody from one, by its name: the sentence is the same.
    const plain = act === 'end' ? '' : subject;
    return actInWords({ who, whom: about, act, subject: plain }, t, language);
  }
  const what =
    act === 'server_settings'
      ? pairs(subject).map((pair) => settingInWords(pair, t, language))
      : subject.split(' ').map((part) => (has(PARTS, part) ? t(`admin.log.part.${part}`) : part));
  const known = act === 'grant' && user !== null && user === whom ? 'grantSelf' : act;
  const when = act === 'restore' ? whenOf(subject, language) : '';
  return t(`admin.log.act.${known}`, { who, whom: about, subject: subject, when, what: listIn(language, what) });
}

/** From where it was asked for. */
export function fromInWords({ user, address }: LogEntry, t: TFunction): string {
  return user === null || address === '' ? t('admin.log.fromServer') : t('admin.log.from', { address: address });
}
