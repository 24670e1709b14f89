import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Login } from '../api/account';
import { ConfirmDialog } from '../host/ConfirmDialog';
import { ListState } from '../room/ListState';
import { whenOf } from '../room/log';
import { useNow } from '../room/now';
import { Section } from '../room/Section';
import { translateError } from '../ui/serverErrors';
import { toasts } from '../ui/toasts';
import { agoOf, clientInWords } from './logins';
import { useEndLogins, useLogins } from './useOwnAccount';

/** Where one is logged in, and ending that. */
export function LoginsSection({ onSignOutHere }: { onSignOutHere: () => void }) {
  const { t } = useTranslation();
  const list = useLogins();
  const end = useEndLogins();
  const [asking, setAsking] = useState(false);
  const others = (list.data ?? []).filter(({ current }) => !current);
  const signOut = (logins: readonly Login[], said: string) =>
    end.mutate(logins, {
      onSuccess: () => toasts.show('success', said),
      onError: (error) => toasts.show('error', translateError(t, error)),
    });
  return (
    <Section
      title={t('account.sessions.heading')}
      intro={t('account.sessions.intro')}
      action={
        others.length > 0 && (
          <Button variant="outlined" color="error" onClick={() => setAsking(true)} data-testid="sign-out-others" sx={{ flex: 'none' }}>
            {t('account.sessions.signOutOthers')}
          </Button>
        )
      }
    >
      <ListState query={list} loading={t('account.sessions.loading')} />
      {list.data !== undefined && (
        <Box component="ul" aria-label={t('account.sessions.list')} sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {list.data.map((login) => (
            <Row
              key={login.id}
              login={login}
              ending={end.isPending && end.variables.includes(login)}
              onSignOut={(client) => (login.current ? onSignOutHere() : signOut([login], t('account.sessions.signedOut', { client })))}
            />
          ))}
        </Box>
      )}
      <ConfirmDialog
        open={asking}
        title={t('account.sessions.confirm.title')}
        body={t('account.sessions.confirm.body', { count: others.length })}
        action={t('account.sessions.signOutOthers')}
        onConfirm={() => signOut(others, t('account.sessions.othersSignedOut'))}
        onClose={() => setAsking(false)}
      />
    </Section>
  );
}

function Row({ login, ending, onSignOut }: { login: Login; ending: boolean; onSignOut: (client: string) => void }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const client = clientInWords(login.client, t);
  const used = t('account.sessions.usedOn', { when: agoOf(login.usedOn, now, i18n.language) });
  const since = t('account.sessions.since', { date: whenOf(login.createdOn, i18n.language) });
  return (
    <Box
      component="li"
      data-testid="login"
      data-current={login.current}
      sx={{ display: 'flex', alignItems: 'center', gap: 1.5, py: 1.25, borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0 } }}
    >
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1 }}>
          <Typography sx={{ fontWeight: 560 }} data-testid="login-client">
            <bdi>{client}</bdi>
          </Typography>
          {login.current && <Chip size="small" label={t('account.sessions.current')} color="success" variant="outlined" sx={{ height: 22, fontSize: '0.75rem', fontWeight: 600 }} />}
        </Box>
        <Typography sx={{ fontSize: '0.9rem', color: 'text.secondary' }}>{t('account.sessions.facts', { used, since })}</Typography>
      </Box>
      <Button
        color={login.current ? 'inherit' : 'error'}
        loading={ending}
        onClick={() => onSignOut(client)}
        aria-label={t('account.sessions.signOutNamed', { client, used })}
        data-testid="sign-out"
        sx={{ flex: 'none', px: 1.5 }}
      >
        {t('account.sessions.signOut')}
      </Button>
    </Box>
  );
}
