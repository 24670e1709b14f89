import MuiLink from '@mui/material/Link';
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useLocation } from 'react-router';
import { session } from '../api';
import { FormField, PasswordField } from '../ui/fields';
import { showServerErrors } from '../ui/serverErrors';
import { Shell } from '../ui/Shell';
import { useStore } from '../ui/store';
import { toasts } from '../ui/toasts';
import { AccountForm } from './AccountForm';
import { nextPath } from './next';
import { LIMITS, loginSchema, type LoginForm } from './schemas';

export default function LoginPage() {
  const { t } = useTranslation();
  const { search } = useLocation();
  const state = useStore(session.state);
  const { control, handleSubmit, setError, formState } = useForm<LoginForm>({
    resolver: zodResolver(loginSchema),
    mode: 'onTouched',
    defaultValues: { email: '', password: '' },
  });
  // Read at every render: the form keeps up to date only what has been read.
  const { isDirty, isValid, isSubmitting, errors } = formState;
  const next = nextPath(search);
  if (state.status === 'signedIn') return <Navigate to={next} replace />;

  const submit = handleSubmit(async (form) => {
    try {
      await session.login(form);
      toasts.show('success', t('toast.loggedIn'));
    } catch (error) {
      showServerErrors(error, ['email', 'password'], setError, t);
    }
  });
  return (
    <Shell title={t('nav.login')}>
      <AccountForm
        name="login"
        title={t('login.title')}
        subtitle={t(next.startsWith('/r/') ? 'login.forRoom' : 'login.subtitle')}
        onSubmit={submit}
        problem={errors.root?.message}
        submit={{ label: t('login.submit'), loading: isSubmitting, disabled: !isDirty || !isValid }}
        other={{ label: t('login.toRegister'), to: `/register${search}` }}
      >
        <FormField control={control} name="email" limit={LIMITS.email} label={t('login.email')} type="email" autoComplete="username" required autoFocus />
        <PasswordField control={control} name="password" label={t('login.password')} autoComplete="current-password" required />
        <MuiLink component={Link} to="/forgot" data-testid="to-forgot" sx={{ alignSelf: 'end', mt: -1, py: 1.25 }}>
          {t('login.toForgot')}
        </MuiLink>
      </AccountForm>
    </Shell>
  );
}
