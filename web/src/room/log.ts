// The audit log in words. In: an entry as the server has it. Out: one sentence. What a newer server writes and this page does not know is shown as it came.
import type { TFunction } from 'i18next';
import type { AuditEntry } from '../api/roles';
import { room as words } from '../i18n/en/room';
import { dateIn, seriesIn } from '../i18n/format';

const ACTS = words.room.log.act;
const SETTINGS = words.room.log.setting;

type Act = keyof typeof ACTS;
type Setting = keyof typeof SETTINGS;

const isAct = (code: string): code is Act => Object.hasOwn(ACTS, code);
const isSetting = (name: string): name is Setting => Object.hasOwn(SETTINGS, name);

/** What is stored as "off" where the words say "on". */
const REVERSED: readonly Setting[] = ['chatDisabled', 'shareDisabled', 'unmuteDisabled'];

function whomOf(entry: AuditEntry, t: TFunction): string {
  if (entry.subjectName !== null) return entry.subjectName;
  const person = entry.subject.split(':', 1)[0] ?? '';
  if (/^\d+$/.test(person)) return t('room.log.goneAccount');
  if (/^g[0-9a-f]{32}$/.test(person)) return t('room.log.goneGuest');
  return entry.subject;
}

/** `name=value` pairs, parted by spaces. */
export function pairs(subject: string): [string, string][] {
  return subject.split(' ').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 1 ? [] : [[pair.slice(0, at), pair.slice(at + 1)]];
  });
}

/** The server writes a title with its spaces and percent signs encoded. */
function titleOf(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function settingInWords(name: string, value: string, t: TFunction, language: string): string {
  if (!isSetting(name)) return `${name}: ${value}`;
  if (name === 'title') return t('room.log.setting.title', { value: titleOf(value) });
  if (name === 'scheduledOn') return value === '' ? t('room.log.setting.unscheduled') : t('room.log.setting.scheduledOn', { value: whenOf(value, language) });
  if (name === 'typeOf') return t('room.log.setting.typeOf', { value: value === 'OTA' || value === 'IO' ? t(`lobby.type.${value}`) : value });
  if (value !== 'true' && value !== 'false') return t(`room.log.setting.${name}`, { value: /^\d+$/.test(value) ? Number(value) : value });
  const on = (value === 'true') !== REVERSED.includes(name);
  return t(`room.log.setting.${name}`, { value: t(on ? 'room.settings.on' : 'room.settings.off') });
}

function invitationInWords(subject: string, t: TFunction, language: string): string {
  const limits = new Map(pairs(subject));
  const until = new Date(limits.get('until') ?? NaN);
  const uses = Number(limits.get('uses') ?? NaN);
  return seriesIn(language, [
    Number.isNaN(until.getTime()) ? t('room.log.inviteForEver') : t('room.log.inviteUntil', { date: whenOf(until.toISOString(), language) }),
    ...(Number.isInteger(uses) ? [t('room.log.inviteUses', { count: uses })] : []),
  ]);
}

/** Date and time, for a list. */
export function whenOf(iso: string, language: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return dateIn(language, at, { dateStyle: 'medium', timeStyle: 'short' });
}

export function sentenceOf(entry: AuditEntry, t: TFunction, language: string): string {
  return actInWords({ who: entry.name ?? t('room.log.goneActor'), whom: whomOf(entry, t), act: entry.act, subject: entry.subject }, t, language);
}

interface Said {
  /** Who asked, and about whom, as they are to be called. */
  who: string;
  whom: string;
  act: string;
  subject: string;
}

/** What somebody asked for in a room. */
export function actInWords({ who, whom, act, subject }: Said, t: TFunction, language: string): string {
  const everyone = `${act}All`;
  const known = subject === '' && isAct(everyone) ? everyone : isAct(act) ? act : 'unknown';
  const what = act === 'invite' ? invitationInWords(subject, t, language) : seriesIn(language, pairs(subject).map(([name, value]) => settingInWords(name, value, t, language)));
  return t(`room.log.act.${known}`, { who, whom, what, act, subject }).trimEnd();
}
