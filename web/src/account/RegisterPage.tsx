import Box from '@mui/material/Box';
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation } from 'react-router';
import { session } from '../api';
import { ButtonLink } from '../ui/ButtonLink';
import { FormField } from '../ui/fields';
import { LockIcon } from '../ui/icons';
import { showServerErrors } from '../ui/serverErrors';
import { Shell } from '../ui/Shell';
import { Spinner } from '../ui/Spinner';
import { StatusPage } from '../ui/StatusPage';
import { useStore } from '../ui/store';
import { toasts } from '../ui/toasts';
import { AccountForm } from './AccountForm';
import { NewPasswordFields } from './NewPasswordFields';
import { nextPath } from './next';
import { invitationOf, registrationStep } from './registration';
import { LIMITS, registerSchema, type RegisterForm } from './schemas';
import { useServerInfo } from './useServerInfo';

/** Makes an account, or says who can. */
export default function RegisterPage() {
  const { t } = useTranslation();
  const { search } = useLocation();
  const state = useStore(session.state);
  const { data, isPending } = useServerInfo();
  const invitation = invitationOf(search);
  if (state.status === 'signedIn') return <Navigate to={nextPath(search)} replace />;

  const step = registrationStep(data, invitation);
  return (
    <Shell title={t('nav.register')}>
      {isPending ? (
        <Spinner label={t('app.starting')} />
      ) : step === 'form' ? (
        <Form search={search} invitation={invitation} />
      ) : (
        <StatusPage key={step} testId={`register-${step}`} icon={<LockIcon />} title={t(`register.${step}.title`)} body={t(`register.${step}.body`)}>
          <ButtonLink to={`/login${search}`} variant="contained">
            {t('forgot.toLogin')}
          </ButtonLink>
        </StatusPage>
      )}
    </Shell>
  );
}

function Form({ search, invitation }: { search: string; invitation: string | undefined }) {
  const { t } = useTranslation();
  const { control, handleSubmit, setError, formState } = useForm<RegisterForm>({
    resolver: zodResolver(registerSchema),
    mode: 'onTouched',
    defaultValues: { firstName: '', lastName: '', email: '', password: '', confirm: '' },
  });
  // Read at every render: the form keeps up to date only what has been read.
  const { isDirty, isValid, isSubmitting, errors } = formState;
  const submit = handleSubmit(async ({ firstName, lastName, email, password }) => {
    try {
      await session.register({ firstName, lastName, email, password, ...(invitation === undefined ? {} : { invitation }) });
      toasts.show('success', t('toast.registered'));
    } catch (error) {
      showServerErrors(error, ['firstName', 'lastName', 'email', 'password'], setError, t);
    }
  });
  return (
    <AccountForm
      name="register"
      title={t('register.title')}
      subtitle={t(invitation === undefined ? 'register.subtitle' : 'register.invited')}
      onSubmit={submit}
      problem={errors.root?.message}
      submit={{ label: t('register.submit'), loading: isSubmitting, disabled: !isDirty || !isValid }}
      other={{ label: t('register.toLogin'), to: `/login${search}` }}
    >
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' } }}>
        <FormField control={control} name="firstName" limit={LIMITS.firstName} label={t('register.firstName')} autoComplete="given-name" required autoFocus />
        <FormField control={control} name="lastName" limit={LIMITS.lastName} label={t('register.lastName')} autoComplete="family-name" required />
      </Box>
      <FormField control={control} name="email" limit={LIMITS.email} label={t('register.email')} type="email" autoComplete="username" required />
      <NewPasswordFields control={control} name="password" confirm="confirm" label={t('register.password')} />
    </AccountForm>
  );
}
