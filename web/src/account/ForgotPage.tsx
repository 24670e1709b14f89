import Button from '@mui/material/Button';
import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { server } from '../api';
import { FormField } from '../ui/fields';
import { AlertIcon, CheckIcon } from '../ui/icons';
import { showServerErrors } from '../ui/serverErrors';
import { Shell } from '../ui/Shell';
import { Spinner } from '../ui/Spinner';
import { StatusPage } from '../ui/StatusPage';
import { AccountForm } from './AccountForm';
import { forgotSchema, LIMITS, type ForgotForm } from './schemas';
import { useServerInfo } from './useServerInfo';

/** Asks for a link to a new password, or says who can make one. */
export default function ForgotPage() {
  const { t } = useTranslation();
  const { data, isPending } = useServerInfo();
  const [sentTo, setSentTo] = useState<string | undefined>();
  const toLogin = (
    <Button component={Link} to="/login" variant="contained">
      {t('forgot.toLogin')}
    </Button>
  );
  return (
    <Shell title={t('forgot.title')}>
      {isPending ? (
        <Spinner label={t('app.starting')} />
      ) : data?.passwordReset === false ? (
        <StatusPage testId="no-mail" icon={<AlertIcon />} title={t('forgot.noMail.title')} body={t('forgot.noMail.body')}>
          {toLogin}
        </StatusPage>
      ) : sentTo === undefined ? (
        <Form onSent={setSentTo} />
      ) : (
        <StatusPage testId="link-sent" icon={<CheckIcon />} title={t('forgot.sent.title')} body={t('forgot.sent.body', { email: sentTo })} help={t('forgot.sent.help')}>
          {toLogin}
        </StatusPage>
      )}
    </Shell>
  );
}

function Form({ onSent }: { onSent: (email: string) => void }) {
  const { t } = useTranslation();
  const { control, handleSubmit, setError, formState } = useForm<ForgotForm>({ resolver: zodResolver(forgotSchema), mode: 'onTouched', defaultValues: { email: '' } });
  const { isValid, isSubmitting, errors } = formState;
  const submit = handleSubmit(async ({ email }) => {
    try {
      await server.sendResetLink(email);
      onSent(email);
    } catch (error) {
      showServerErrors(error, ['email'], setError, t);
    }
  });
  return (
    <AccountForm
      name="forgot"
      title={t('forgot.title')}
      subtitle={t('forgot.subtitle')}
      onSubmit={submit}
      problem={errors.root?.message}
      submit={{ label: t('forgot.submit'), loading: isSubmitting, disabled: !isValid }}
      other={{ label: t('forgot.toLogin'), to: '/login' }}
    >
      <FormField control={control} name="email" limit={LIMITS.email} label={t('login.email')} type="email" autoComplete="username" required autoFocus />
    </AccountForm>
  );
}
