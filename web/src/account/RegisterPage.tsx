import Box from '@mui/material/Box';
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation } from 'react-router';
import { session } from '../api';
import { FormField, PasswordField } from '../ui/fields';
import { showServerErrors } from '../ui/serverErrors';
import { Shell } from '../ui/Shell';
import { useStore } from '../ui/store';
import { toasts } from '../ui/toasts';
import { AccountFrame } from './AccountFrame';
import { FormFoot } from './FormFoot';
import { nextPath } from './next';
import { PasswordHints } from './PasswordHints';
import { LIMITS, PASSWORD_MIN, registerSchema, type RegisterForm } from './schemas';

export default function RegisterPage() {
  const { t } = useTranslation();
  const { search } = useLocation();
  const state = useStore(session.state);
  const { control, handleSubmit, setError, formState } = useForm<RegisterForm>({
    resolver: zodResolver(registerSchema),
    mode: 'onTouched',
    defaultValues: { firstName: '', lastName: '', email: '', password: '', confirm: '' },
  });
  // Read at every render: the form keeps up to date only what has been read.
  const { isDirty, isValid, isSubmitting, errors } = formState;
  if (state.status === 'signedIn') return <Navigate to={nextPath(search)} replace />;

  const submit = handleSubmit(async ({ firstName, lastName, email, password }) => {
    try {
      await session.register({ firstName, lastName, email, password });
      toasts.show('success', t('toast.registered'));
    } catch (error) {
      showServerErrors(error, ['firstName', 'lastName', 'email', 'password'], setError, t);
    }
  });
  const passwordTooLong = errors.password?.type === 'too_big';
  return (
    <Shell title={t('nav.register')}>
      <AccountFrame title={t('register.title')} subtitle={t('register.subtitle')}>
        <Box component="form" noValidate onSubmit={submit} sx={{ display: 'flex', flexDirection: 'column', gap: 2 }} data-testid="register-form">
          <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' } }}>
            <FormField control={control} name="firstName" limit={LIMITS.firstName} label={t('register.firstName')} autoComplete="given-name" required autoFocus />
            <FormField control={control} name="lastName" limit={LIMITS.lastName} label={t('register.lastName')} autoComplete="family-name" required />
          </Box>
          <FormField control={control} name="email" limit={LIMITS.email} label={t('register.email')} type="email" autoComplete="username" required />
          <PasswordField
            control={control}
            name="password"
            limit={passwordTooLong ? LIMITS.password : PASSWORD_MIN}
            label={t('register.password')}
            autoComplete="new-password"
            required
          />
          <PasswordHints />
          <PasswordField
            control={control}
            name="confirm"
            label={t('register.confirm')}
            helperText={t('register.confirmHint')}
            autoComplete="new-password"
            required
          />
          <FormFoot
            problem={errors.root?.message}
            submit={{ label: t('register.submit'), loading: isSubmitting, disabled: !isDirty || !isValid, testId: 'register-submit' }}
            other={{ label: t('register.toLogin'), to: `/login${search}` }}
          />
        </Box>
      </AccountFrame>
    </Shell>
  );
}
