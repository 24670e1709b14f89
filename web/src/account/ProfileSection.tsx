import Box from '@mui/material/Box';
import { zodResolver } from '@hookform/resolvers/zod';
import { useMemo } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { OwnAccount } from '../api/account';
import { FormField, PasswordField } from '../ui/fields';
import { showServerErrors } from '../ui/serverErrors';
import { toasts } from '../ui/toasts';
import { FormSection } from './FormSection';
import { isOtherEmail, LIMITS, profileSchema, type ProfileForm } from './schemas';
import { useEditAccount } from './useOwnAccount';

const formOf = ({ firstName, lastName, email }: OwnAccount): ProfileForm => ({ firstName, lastName, email, password: '' });

/** Name and address. Another address asks for the password, since letters to it open the account. */
export function ProfileSection({ account }: { account: OwnAccount }) {
  const { t } = useTranslation();
  const edit = useEditAccount();
  const resolver = useMemo(() => zodResolver(profileSchema(account.email)), [account.email]);
  const { control, handleSubmit, reset, setError, formState } = useForm<ProfileForm>({
    resolver,
    mode: 'onTouched',
    // What another tab has changed arrives here, but not over what is being typed.
    values: formOf(account),
    resetOptions: { keepDirtyValues: true },
  });
  // Read at every render: the form keeps up to date only what has been read.
  const { isDirty, isSubmitting, errors } = formState;
  const otherEmail = isOtherEmail(useWatch({ control, name: 'email' }), account.email);
  const submit = handleSubmit(async ({ firstName, lastName, email, password }) => {
    try {
      const edited = await edit.mutateAsync({ firstName, lastName, ...(isOtherEmail(email, account.email) ? { email, password } : {}) });
      reset(formOf(edited));
      toasts.show('success', t('account.profile.saved'));
    } catch (error) {
      showServerErrors(error, ['firstName', 'lastName', 'email', 'password'], setError, t);
    }
  });
  return (
    <FormSection
      name="profile"
      title={t('account.profile.heading')}
      intro={t('account.profile.intro')}
      onSubmit={submit}
      problem={errors.root?.message}
      submit={{ label: t('account.profile.submit'), loading: isSubmitting, disabled: !isDirty }}
    >
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' } }}>
        <FormField control={control} name="firstName" limit={LIMITS.firstName} label={t('register.firstName')} autoComplete="given-name" required />
        <FormField control={control} name="lastName" limit={LIMITS.lastName} label={t('register.lastName')} autoComplete="family-name" required />
        <FormField control={control} name="email" limit={LIMITS.email} label={t('register.email')} type="email" autoComplete="username" required />
        {otherEmail && (
          <PasswordField control={control} name="password" label={t('account.profile.password')} helperText={t('account.profile.passwordHint')} autoComplete="current-password" required />
        )}
      </Box>
    </FormSection>
  );
}
