import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useRef, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { listIn } from '../i18n/format';
import { rooms } from '../api';
import { ROOM_TYPES, type Room } from '../api/rooms';
import { DESCRIPTION_MAX, TITLE_MAX } from '../lobby/schema';
import { translateError } from '../ui/serverErrors';
import { useStore } from '../ui/store';
import { toasts } from '../ui/toasts';
import { SaveBar } from './SaveBar';
import { Section } from './Section';
import { Conflict, FlagField, labelOf, problemInWords } from './SettingField';
import { MAX_MESSAGES, ORDER, SETTING_NAMES, type SettingName, type SettingsForm, type SettingsServer } from './settingsForm';
import { TimeField } from './TimeField';

const SERVER: SettingsServer = {
  change: rooms.change.bind(rooms),
  // By its number, which stays when the room's name in links changes.
  read: (id: number) => rooms.get(String(id)),
};

/** What a field is about is to be read, also where one may not change it; what is wrong with it is read out. */
const HINT = { disabled: false, 'aria-live': 'polite' } as object;

const FORM = {
  display: 'flex',
  flexDirection: 'column',
  gap: 2,
  // What has the focus is hidden neither by the bar above nor by the one below.
  '& input, & textarea, & [role="combobox"]': { scrollMarginTop: 96, scrollMarginBottom: 96 },
} as const;

interface Props {
  form: SettingsForm;
  owner: boolean;
  /** The room after it was saved. */
  onSaved: (room: Room) => void;
  /** As whom it is saved; the room's host otherwise. */
  server?: SettingsServer;
}

/** The room's settings as a form. */
export function SettingsTab({ form, owner, onSaved, server = SERVER }: Props) {
  const { t } = useTranslation();
  const frame = useRef<HTMLFormElement>(null);
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (await form.save(server)) {
      toasts.show('success', t('room.settings.saved'));
      onSaved(form.state.get().thing);
      return;
    }
    // To what is wrong: a field, or else the words above the form.
    const wrong = SETTING_NAMES.find((name) => form.state.get().errors[name] !== undefined);
    const target = frame.current?.querySelector<HTMLElement>(wrong === undefined ? '[data-focus]' : `[name="${wrong}"]`);
    target?.focus();
    target?.scrollIntoView({ block: 'center' });
  };
  return (
    <Box component="form" ref={frame} noValidate onSubmit={(event) => void submit(event)} data-testid="settings-form" sx={FORM}>
      <Notices form={form} owner={owner} />
      <About form={form} disabled={!owner} />
      <Entry form={form} owner={owner} />
      <InCall form={form} owner={owner} />
      <Saving form={form} />
    </Box>
  );
}

function Notices({ form, owner }: { form: SettingsForm; owner: boolean }) {
  const { t, i18n } = useTranslation();
  const { overtaken, taken, problem } = useStore(form.state);
  return (
    <>
      {!owner && (
        <Alert severity="info" data-testid="owners-only">
          {t('room.settings.ownersOnly')}
        </Alert>
      )}
      {(overtaken || taken.length > 0) && (
        <Alert severity="warning" data-testid="overtaken" tabIndex={-1} data-focus sx={{ outline: 'none' }}>
          {overtaken && <Box>{t('room.settings.overtaken')}</Box>}
          {taken.length > 0 && <Box>{t('room.settings.takenOver', { names: listIn(i18n.language, taken.map((name) => labelOf(name, t))) })}</Box>}
        </Alert>
      )}
      {problem !== undefined && (
        <Alert severity="error" data-testid="settings-problem" tabIndex={-1} data-focus sx={{ outline: 'none' }}>
          {translateError(t, problem)}
        </Alert>
      )}
    </>
  );
}

function useField(form: SettingsForm, name: SettingName) {
  const { t } = useTranslation();
  const { errors } = useStore(form.state);
  const problem = problemInWords(errors[name], t);
  return { label: labelOf(name, t), error: problem !== undefined, problem, name };
}

function About({ form, disabled }: { form: SettingsForm; disabled: boolean }) {
  const { t } = useTranslation();
  const { draft } = useStore(form.state);
  const { problem: titleProblem, ...title } = useField(form, 'title');
  const { problem: descriptionProblem, ...description } = useField(form, 'description');
  return (
    <Section title={t('room.settings.about')}>
      <Box>
        <TextField
          {...title}
          value={draft.title}
          disabled={disabled}
          autoComplete="off"
          helperText={titleProblem}
          onChange={(event) => form.set('title', event.target.value)}
          slotProps={{ htmlInput: { dir: 'auto', maxLength: TITLE_MAX, 'aria-required': true }, formHelperText: HINT }}
        />
        <Conflict form={form} name="title" />
      </Box>
      <Box>
        <TextField
          {...description}
          value={draft.description}
          multiline
          minRows={2}
          maxRows={10}
          disabled={disabled}
          helperText={descriptionProblem}
          onChange={(event) => form.set('description', event.target.value)}
          slotProps={{ htmlInput: { dir: 'auto', maxLength: DESCRIPTION_MAX }, formHelperText: HINT }}
        />
        <Conflict form={form} name="description" />
      </Box>
      <ScheduledField form={form} disabled={disabled} />
    </Section>
  );
}

function ScheduledField({ form, disabled }: { form: SettingsForm; disabled: boolean }) {
  const { draft } = useStore(form.state);
  const { problem, label } = useField(form, 'scheduledOn');
  return (
    <Box>
      <TimeField label={label} name="scheduledOn" value={draft.scheduledOn} disabled={disabled} problem={problem} onChange={(value) => form.set('scheduledOn', value)} />
      <Conflict form={form} name="scheduledOn" />
    </Box>
  );
}

function Entry({ form, owner }: { form: SettingsForm; owner: boolean }) {
  const { t } = useTranslation();
  const { draft, thing: room } = useStore(form.state);
  const { problem: typeProblem, ...type } = useField(form, 'typeOf');
  const { problem: limitProblem, ...limit } = useField(form, 'peopleLimit');
  const kind = draft.typeOf === 'IO' ? 'IO' : 'OTA';
  return (
    <Section title={t('room.settings.entry')}>
      <Box>
        <TextField
          {...type}
          select
          value={draft.typeOf}
          disabled={!owner}
          helperText={typeProblem ?? t(`room.settings.typeHint.${kind}`)}
          onChange={(event) => form.set('typeOf', event.target.value)}
          slotProps={{ formHelperText: HINT }}
          data-testid="setting-typeOf"
        >
          {ROOM_TYPES.map((value) => (
            <MenuItem key={value} value={value} data-testid={`type-${value}`}>
              {t(`lobby.type.${value}`)}
            </MenuItem>
          ))}
        </TextField>
        {draft.typeOf !== room.typeOf && (
          <Alert severity="warning" data-testid="type-change" sx={{ mt: 1 }}>
            {t('room.settings.typeChange')}
          </Alert>
        )}
        <Conflict form={form} name="typeOf" />
      </Box>
      <Box>
        <FlagField form={form} name="allowGuests" hint={t(`room.settings.guestsHint.${kind}`)} disabled={!owner} />
        <FlagField form={form} name="waitingRoom" hint={t('room.settings.waitingRoomHint')} disabled={false} />
        <FlagField form={form} name="locked" hint={t('room.settings.lockedHint')} disabled={false} />
      </Box>
      <Box>
        <TextField
          {...limit}
          value={draft.peopleLimit}
          disabled={!owner}
          autoComplete="off"
          helperText={limitProblem ?? t('room.settings.peopleLimitHint', { max: 1000 })}
          onChange={(event) => form.set('peopleLimit', event.target.value)}
          slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 4 }, formHelperText: HINT }}
          sx={{ maxWidth: { sm: 320 } }}
        />
        <Conflict form={form} name="peopleLimit" />
      </Box>
    </Section>
  );
}

function InCall({ form, owner }: { form: SettingsForm; owner: boolean }) {
  const { t } = useTranslation();
  const order = ORDER.filter((name) => name === 'chatDisabled' || name === 'shareDisabled' || name === 'unmuteDisabled');
  return (
    <Section title={t('room.settings.inCall')} intro={t('room.settings.inCallHint')}>
      <Box>
        {order.map((name) => (
          <FlagField key={name} form={form} name={name} hint={name === 'unmuteDisabled' ? t('room.settings.unmuteHint') : undefined} disabled={false} />
        ))}
        <Box sx={{ borderTop: 1, borderColor: 'divider', mt: 1, pt: 1 }}>
          <FlagField form={form} name="keepChat" hint={t('room.settings.keepChatHint', { messages: MAX_MESSAGES })} disabled={!owner} />
        </Box>
      </Box>
    </Section>
  );
}

function Saving({ form }: { form: SettingsForm }) {
  const { saving } = useStore(form.state);
  return <SaveBar dirty={form.changed().length > 0} saving={saving} onDiscard={() => form.reset()} />;
}
