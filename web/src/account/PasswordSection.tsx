import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { PasswordField } from '../ui/fields';
import { showServerErrors } from '../ui/serverErrors';
import { toasts } from '../ui/toasts';
import { FormSection } from './FormSection';
import { NewPasswordFields } from './NewPasswordFields';
import { changePasswordSchema, type ChangePasswordForm } from './schemas';
import { useChangePassword } from './useOwnAccount';

const EMPTY: ChangePasswordForm = { password: '', newPassword: '', confirm: '' };

export function PasswordSection({ email }: { email: string }) {
  const { t } = useTranslation();
  const change = useChangePassword();
  const { control, handleSubmit, reset, setError, formState } = useForm<ChangePasswordForm>({ resolver: zodResolver(changePasswordSchema), mode: 'onTouched', defaultValues: EMPTY });
  // Read at every render: the form keeps up to date only what has been read.
  const { isValid, isSubmitting, errors } = formState;
  const submit = handleSubmit(async ({ password, newPassword }) => {
    try {
      await change.mutateAsync({ password, newPassword });
      reset(EMPTY);
      toasts.show('success', t('account.password.changed'));
    } catch (error) {
      showServerErrors(error, ['password', 'newPassword'], setError, t);
    }
  });
  return (
    <FormSection
      name="password"
      title={t('account.password.heading')}
      intro={t('account.password.intro')}
      onSubmit={submit}
      problem={errors.root?.message}
      submit={{ label: t('account.password.submit'), loading: isSubmitting, disabled: !isValid }}
    >
      {/* Tells password managers whose password it is. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <PasswordField control={control} name="password" label={t('account.password.current')} autoComplete="current-password" required />
      <NewPasswordFields control={control} name="newPassword" confirm="confirm" label={t('account.password.next')} />
    </FormSection>
  );
}
