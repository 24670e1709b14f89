import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import TextField from '@mui/material/TextField';
import type { TFunction } from 'i18next';
import { useEffect, useRef, useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useQueryClient } from '@tanstack/react-query';
import type { ServerSettings } from '../api/admin';
import { listIn, numberIn } from '../i18n/format';
import { ListState } from '../room/ListState';
import { SaveBar } from '../room/SaveBar';
import { Section } from '../room/Section';
import { Theirs } from '../room/Theirs';
import { useAccount } from '../room/useRoom';
import { translateSaid } from '../ui/serverWords';
import { useStore } from '../ui/store';
import { toasts } from '../ui/toasts';
import { adminErrorText } from './errors';
import { Frame } from './Frame';
import { RANGES, SETTING_NAMES, ServerSettingsForm, type SettingName } from './settingsForm';
import { ADMIN, api, useServerSettings } from './useAdmin';

const REGISTRATIONS = ['open', 'invitation', 'closed'] as const;

const LABELS = {
  registration: 'admin.settings.registration',
  peoplePerRoom: 'admin.settings.peoplePerRoom',
  roomsPerUser: 'admin.settings.roomsPerUser',
} as const satisfies Record<SettingName, string>;

function valueInWords(name: SettingName, value: string, t: TFunction, language: string): string {
  if (name !== 'registration') return numberIn(language, Number(value));
  const known = REGISTRATIONS.find((code) => code === value);
  return known === undefined ? value : t(`admin.settings.registrationOf.${known}`);
}

/** A form with something typed in it waits for the account that typed it. */
const kept = new Map<string, ServerSettingsForm>();

function useForm(settings: ServerSettings): ServerSettingsForm {
  const account = useAccount();
  const [form] = useState(() => kept.get(account) ?? new ServerSettingsForm(settings));
  useEffect(() => form.arrived(settings), [form, settings]);
  useEffect(
    () => () => {
      if (form.changed().length > 0) kept.set(account, form);
      else kept.delete(account);
    },
    [account, form],
  );
  return form;
}

/** What holds for the whole server. */
export function SettingsTab() {
  const { t } = useTranslation();
  const settings = useServerSettings();
  return (
    <Frame title={t('admin.tab.settings')}>
      <ListState query={settings} loading={t('admin.loading')} words={adminErrorText} />
      {settings.data !== undefined && <Form settings={settings.data} />}
    </Frame>
  );
}

function Form({ settings }: { settings: ServerSettings }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const frame = useRef<HTMLFormElement>(null);
  const form = useForm(settings);
  const { saving } = useStore(form.state);
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (await form.save(api)) {
      toasts.show('success', t('admin.settings.saved'));
      client.setQueryData([ADMIN, 'settings'], form.state.get().thing);
      void client.invalidateQueries({ queryKey: [ADMIN] });
      return;
    }
    // To what is wrong: a field, or else the words above the form.
    const wrong = SETTING_NAMES.find((name) => form.state.get().errors[name] !== undefined);
    frame.current?.querySelector<HTMLElement>(wrong === undefined ? '[data-focus]' : `[name="${wrong}"]`)?.focus();
  };
  return (
    <Box component="form" ref={frame} noValidate onSubmit={(event) => void submit(event)} data-testid="server-settings" sx={{ flex: 1, display: 'flex', flexDirection: 'column', gap: 2, '& input, & button': { scrollMarginTop: 96, scrollMarginBottom: 96 } }}>
      <Notices form={form} />
      <Registration form={form} />
      <Section title={t('admin.settings.limits')}>
        <Limit form={form} name="peoplePerRoom" />
        <Limit form={form} name="roomsPerUser" />
      </Section>
      <SaveBar dirty={form.changed().length > 0} saving={saving} onDiscard={() => form.reset()} />
    </Box>
  );
}

function Notices({ form }: { form: ServerSettingsForm }) {
  const { t, i18n } = useTranslation();
  const { overtaken, taken, problem } = useStore(form.state);
  const names = listIn(i18n.language, taken.map((name) => t(LABELS[name])));
  return (
    <>
      {(overtaken || taken.length > 0) && (
        <Alert severity="warning" data-testid="overtaken" tabIndex={-1} data-focus sx={{ outline: 'none' }}>
          {overtaken && <Box>{t('admin.settings.overtaken')}</Box>}
          {taken.length > 0 && <Box>{t('admin.settings.takenOver', { names })}</Box>}
        </Alert>
      )}
      {problem !== undefined && (
        <Alert severity="error" data-testid="settings-problem" tabIndex={-1} data-focus sx={{ outline: 'none' }}>
          {adminErrorText(t, problem)}
        </Alert>
      )}
    </>
  );
}

function Registration({ form }: { form: ServerSettingsForm }) {
  const { t } = useTranslation();
  const { draft, errors } = useStore(form.state);
  return (
    <Section title={t('admin.settings.registration')}>
      <Box>
        <RadioGroup aria-label={t('admin.settings.registration')} name="registration" value={draft.registration} onChange={(_, value) => form.set('registration', value)}>
          {REGISTRATIONS.map((code) => (
            <FormControlLabel
              key={code}
              value={code}
              control={<Radio slotProps={{ input: { 'data-testid': `registration-${code}`, 'aria-describedby': `hint-${code}` } as object }} />}
              sx={{ alignItems: 'flex-start', py: 0.5 }}
              label={
                <Box sx={{ pt: 1.1 }}>
                  <Box sx={{ fontWeight: 560 }}>{t(`admin.settings.registrationOf.${code}`)}</Box>
                  <Box id={`hint-${code}`} sx={{ color: 'text.secondary', fontSize: '0.9rem' }}>
                    {t(`admin.settings.registrationHint.${code}`)}
                  </Box>
                </Box>
              }
            />
          ))}
        </RadioGroup>
        {errors.registration !== undefined && 'said' in errors.registration && <FormHelperText error>{translateSaid(t, errors.registration.said)}</FormHelperText>}
        <Conflict form={form} name="registration" />
      </Box>
    </Section>
  );
}

function Limit({ form, name }: { form: ServerSettingsForm; name: 'peoplePerRoom' | 'roomsPerUser' }) {
  const { t } = useTranslation();
  const { draft, errors } = useStore(form.state);
  const { min, max } = RANGES[name];
  const problem = errors[name];
  return (
    <Box>
      <TextField
        name={name}
        label={t(LABELS[name])}
        value={draft[name]}
        autoComplete="off"
        error={problem !== undefined}
        helperText={problem === undefined ? t(`admin.settings.${name}Hint`, { min, max }) : 'said' in problem ? translateSaid(t, problem.said) : t(problem.key, { min, max })}
        onChange={(event) => form.set(name, event.target.value)}
        slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 4 }, formHelperText: { 'aria-live': 'polite' } as object }}
        sx={{ maxWidth: { sm: 420 } }}
      />
      <Conflict form={form} name={name} />
    </Box>
  );
}

/** What another administrator has set where both have changed something. */
function Conflict({ form, name }: { form: ServerSettingsForm; name: SettingName }) {
  const { t, i18n } = useTranslation();
  const theirs = useStore(form.state).conflicts[name];
  if (theirs === undefined) return null;
  return <Theirs name={name} label={t(LABELS[name])} value={valueInWords(name, theirs, t, i18n.language)} onTake={() => form.takeTheirs(name)} />;
}
