import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../ui/clipboard';
import { CopyIcon } from '../ui/icons';
import { DAY_MS } from '../api/invitations';
import { translateError } from '../ui/serverErrors';
import { toasts } from '../ui/toasts';
import { LASTING, LASTINGS, MAX_USES, usesFrom, type Lasting } from './invitationForm';
import { Section } from './Section';
import { useInvitationActions } from './useRoom';

/** Makes an invitation, and shows its link this once. */
export function NewInvitation({ room }: { room: number }) {
  const { t } = useTranslation();
  const [link, setLink] = useState<string>();
  return (
    <Section title={t('room.invitations.create')}>
      {link === undefined ? <Form room={room} onMade={setLink} /> : <Made link={link} onDone={() => setLink(undefined)} />}
    </Section>
  );
}

function Form({ room, onMade }: { room: number; onMade: (link: string) => void }) {
  const { t } = useTranslation();
  const { create } = useInvitationActions(room);
  const [lasting, setLasting] = useState<Lasting>('week');
  const [uses, setUses] = useState('');
  const [wrong, setWrong] = useState(false);
  const { error } = create;
  const problem = error === null ? undefined : translateError(t, error);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const people = usesFrom(uses);
    setWrong(people === null);
    if (people === null) return;
    create.mutate({ lastsMs: LASTING[lasting], uses: people }, { onSuccess: onMade });
  };
  return (
    <Box component="form" noValidate onSubmit={submit} data-testid="invite-form" sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: 2 }}>
      <TextField
        select
        label={t('room.invitations.lasts')}
        value={lasting}
        onChange={(event) => setLasting(LASTINGS.find((value) => value === event.target.value) ?? lasting)}
        data-testid="invite-lasts"
        sx={{ flex: '1 1 190px', width: 'auto' }}
      >
        {LASTINGS.map((value) => (
          <MenuItem key={value} value={value} data-testid={`lasts-${value}`}>
            {t(`room.invitations.lasting.${value}`, { days: (LASTING[value] ?? 0) / DAY_MS })}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        label={t('room.invitations.uses')}
        value={uses}
        error={wrong}
        helperText={wrong ? t('room.invitations.usesRange', { max: MAX_USES }) : t('room.invitations.usesHint')}
        autoComplete="off"
        onChange={(event) => {
          setUses(event.target.value);
          setWrong(false);
        }}
        sx={{ flex: '1 1 190px', width: 'auto' }}
        slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 6, 'data-testid': 'invite-uses' }, formHelperText: { 'aria-live': 'polite' } as object }}
      />
      <Button type="submit" variant="contained" loading={create.isPending} data-testid="invite-submit" sx={{ minHeight: 56, flex: { xs: '1 1 100%', sm: 'none' } }}>
        {t('room.invitations.submit')}
      </Button>
      {problem !== undefined && (
        <Alert severity="error" sx={{ flex: '1 1 100%' }}>
          {problem}
        </Alert>
      )}
    </Box>
  );
}

function Made({ link, onDone }: { link: string; onDone: () => void }) {
  const { t } = useTranslation();
  const copy = async () => {
    if (await copyText(link)) toasts.show('success', t('toast.linkCopied'));
    else toasts.show('error', t('toast.linkNotCopied'));
  };
  return (
    <Box data-testid="invite-made" sx={{ display: 'flex', flexDirection: 'column', gap: 2 }}>
      <Alert severity="success">{t('room.invitations.made')}</Alert>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5 }}>
        <TextField
          label={t('room.invitations.link')}
          value={link}
          sx={{ flex: '1 1 260px', width: 'auto' }}
          onFocus={(event) => {
            if (event.target instanceof HTMLInputElement) event.target.select();
          }}
          slotProps={{ htmlInput: { readOnly: true, dir: 'ltr', 'data-testid': 'invite-link' } }}
        />
        <Button variant="contained" startIcon={<CopyIcon />} onClick={() => void copy()} autoFocus data-testid="invite-copy" sx={{ minHeight: 56 }}>
          {t('room.invitations.copy')}
        </Button>
        <Button onClick={onDone} data-testid="invite-done" sx={{ minHeight: 56 }}>
          {t('room.invitations.done')}
        </Button>
      </Box>
    </Box>
  );
}
