import Button from '@mui/material/Button';
import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { server } from '../api';
import { isSpent } from '../api/server';
import { AlertIcon } from '../ui/icons';
import { showServerErrors } from '../ui/serverErrors';
import { Shell } from '../ui/Shell';
import { Spinner } from '../ui/Spinner';
import { StatusPage } from '../ui/StatusPage';
import { toasts } from '../ui/toasts';
import { AccountForm } from './AccountForm';
import { forgetToken, takeToken } from './linkToken';
import { NewPasswordFields } from './NewPasswordFields';
import { resetSchema, type ResetForm } from './schemas';

/** Sets a new password by a link. */
export default function ResetPage() {
  const { t } = useTranslation();
  const [token] = useState(() => takeToken('reset'));
  const [spent, setSpent] = useState(false);
  const link = useQuery({ queryKey: ['resetLink', token], queryFn: () => server.isResetLink(token ?? ''), enabled: token !== undefined, staleTime: Infinity });
  // When it cannot be asked, the form itself will say why.
  const valid = token !== undefined && !spent && link.data !== false;
  return (
    <Shell title={t('reset.title')}>
      {token !== undefined && link.isPending ? (
        <Spinner label={t('app.starting')} />
      ) : valid ? (
        <Form token={token} onSpent={() => setSpent(true)} />
      ) : (
        <StatusPage testId="link-not-valid" tone="error" icon={<AlertIcon />} title={t('reset.notValid.title')} body={t('reset.notValid.body')}>
          <Button component={Link} to="/forgot" variant="contained">
            {t('reset.notValid.again')}
          </Button>
        </StatusPage>
      )}
    </Shell>
  );
}

function Form({ token, onSpent }: { token: string; onSpent: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { control, handleSubmit, setError, formState } = useForm<ResetForm>({ resolver: zodResolver(resetSchema), mode: 'onTouched', defaultValues: { password: '', confirm: '' } });
  const { isValid, isSubmitting, errors } = formState;
  const submit = handleSubmit(async ({ password }) => {
    try {
      await server.resetPassword(token, password);
    } catch (error) {
      if (isSpent(error)) onSpent();
      else showServerErrors(error, ['password'], setError, t);
      return;
    }
    forgetToken('reset');
    toasts.show('success', t('reset.done'));
    void navigate('/login');
  });
  return (
    <AccountForm
      name="reset"
      title={t('reset.title')}
      subtitle={t('reset.subtitle')}
      onSubmit={submit}
      problem={errors.root?.message}
      submit={{ label: t('reset.submit'), loading: isSubmitting, disabled: !isValid }}
      other={{ label: t('forgot.toLogin'), to: '/login' }}
    >
      <NewPasswordFields control={control} name="password" confirm="confirm" label={t('reset.password')} autoFocus />
    </AccountForm>
  );
}
