import Button from '@mui/material/Button';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate } from 'react-router';
import { server, session } from '../api';
import { isSpent } from '../api/server';
import { AlertIcon, CheckIcon, SettingsIcon } from '../ui/icons';
import { translateError } from '../ui/serverErrors';
import { Shell } from '../ui/Shell';
import { StatusPage } from '../ui/StatusPage';
import { useStore } from '../ui/store';
import { toasts } from '../ui/toasts';
import { ADMINISTRATOR } from '../ui/useAdministrator';
import { forgetToken, takeToken } from './linkToken';
import { loginPath } from './next';

/** Makes the server's first administrator, by the link that it printed at its start. */
export default function ClaimPage() {
  const { t } = useTranslation();
  const state = useStore(session.state);
  const [token] = useState(() => takeToken('administrator'));
  const client = useQueryClient();
  const claim = useMutation({
    mutationFn: () => server.claim(token ?? ''),
    onSuccess: () => {
      forgetToken('administrator');
      void client.invalidateQueries({ queryKey: [ADMINISTRATOR] });
    },
    onError: (error) => {
      if (!isSpent(error)) toasts.show('error', translateError(t, error));
    },
  });
  if (token !== undefined && state.status !== 'signedIn') return <Navigate to={loginPath('/administrator')} replace />;
  const lobby = (
    <Button component={Link} to="/" variant="outlined">
      {t('action.toLobby')}
    </Button>
  );
  return (
    <Shell title={t('claim.nav')}>
      {claim.isSuccess ? (
        <StatusPage key="done" testId="claimed" icon={<CheckIcon />} title={t('claim.done.title')} body={t('claim.done.body')}>
          {lobby}
          <Button component={Link} to="/admin" variant="contained" data-testid="to-admin">
            {t('admin.title')}
          </Button>
        </StatusPage>
      ) : token === undefined || isSpent(claim.error) ? (
        <StatusPage key="spent" testId="link-not-valid" tone="error" icon={<AlertIcon />} title={t('reset.notValid.title')} body={t('claim.notValid')}>
          {lobby}
        </StatusPage>
      ) : (
        <StatusPage
          key="ask"
          testId="claim"
          icon={<SettingsIcon />}
          title={t('claim.title')}
          body={t('claim.body', { name: state.status === 'signedIn' ? state.user.name : '' })}
          help={t('claim.help')}
        >
          {lobby}
          <Button variant="contained" loading={claim.isPending} onClick={() => claim.mutate()} data-testid="claim-submit">
            {t('claim.submit')}
          </Button>
        </StatusPage>
      )}
    </Shell>
  );
}
