// What stands around a field of the settings: what is wrong with it, and what somebody else has put there meanwhile.
import Box from '@mui/material/Box';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SwitchRow } from '../settings/SwitchRow';
import { translateSaid } from '../ui/serverWords';
import { useStore } from '../ui/store';
import { Theirs } from './Theirs';
import { whenOf } from './log';
import { MAX_PEOPLE, type Draft, type FieldProblem, type SettingName, type SettingsForm } from './settingsForm';

const LABELS = {
  title: 'room.settings.name',
  description: 'room.settings.description',
  scheduledOn: 'room.settings.scheduledOn',
  typeOf: 'room.settings.typeOf',
  allowGuests: 'room.settings.guests',
  waitingRoom: 'room.settings.waitingRoom',
  locked: 'room.settings.locked',
  peopleLimit: 'room.settings.peopleLimit',
  keepChat: 'room.settings.keepChat',
  chatDisabled: 'room.settings.chat',
  shareDisabled: 'room.settings.share',
  unmuteDisabled: 'room.settings.unmute',
} as const satisfies Record<SettingName, string>;

export const labelOf = (name: SettingName, t: TFunction): string => t(LABELS[name]);

export function problemInWords(problem: FieldProblem | undefined, t: TFunction): string | undefined {
  if (problem === undefined) return undefined;
  return 'said' in problem ? translateSaid(t, problem.said) : t(problem.key, { max: MAX_PEOPLE });
}

/** Settings that forbid are shown as what is allowed. */
export const isForbidding = (name: SettingName): boolean => name === 'chatDisabled' || name === 'shareDisabled' || name === 'unmuteDisabled';

function valueInWords(name: SettingName, value: Draft[SettingName], t: TFunction, language: string): string {
  if (typeof value === 'boolean') return t(value !== isForbidding(name) ? 'room.settings.on' : 'room.settings.off');
  if (value === '') return t('room.settings.empty');
  if (name === 'typeOf') return t(`lobby.type.${value === 'OTA' || value === 'IO' ? value : 'unknown'}`);
  return name === 'scheduledOn' ? whenOf(value, language) : value;
}

/** Says what the server has where both sides have changed something, with a way to take it. */
export function Conflict({ form, name }: { form: SettingsForm; name: SettingName }) {
  const { t, i18n } = useTranslation();
  const theirs = useStore(form.state).conflicts[name];
  if (theirs === undefined) return null;
  return <Theirs name={name} label={labelOf(name, t)} value={valueInWords(name, theirs, t, i18n.language)} onTake={() => form.takeTheirs(name)} />;
}

export type FlagName = { [Name in SettingName]: Draft[Name] extends boolean ? Name : never }[SettingName];

/** A setting that is on or off. */
export function FlagField({ form, name, hint, disabled }: { form: SettingsForm; name: FlagName; hint?: ReactNode; disabled: boolean }) {
  const { t } = useTranslation();
  const value = useStore(form.state).draft[name];
  const forbids = isForbidding(name);
  return (
    <Box>
      <SwitchRow
        label={labelOf(name, t)}
        hint={hint}
        checked={value !== forbids}
        disabled={disabled}
        onChange={(on) => form.set(name, on !== forbids)}
        testId={`setting-${name}`}
      />
      <Conflict form={form} name={name} />
    </Box>
  );
}
