import { useFormState, type Control, type FieldPath, type FieldValues } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { PasswordField } from '../ui/fields';
import { PasswordHints } from './PasswordHints';
import { LIMITS, PASSWORD_MIN } from './schemas';

interface Props<Form extends FieldValues> {
  control: Control<Form>;
  name: FieldPath<Form>;
  confirm: FieldPath<Form>;
  label: string;
  autoFocus?: boolean;
}

/** A new password, typed twice, and what makes a good one. */
export function NewPasswordFields<Form extends FieldValues>({ control, name, confirm, label, autoFocus = false }: Props<Form>) {
  const { t } = useTranslation();
  const { errors } = useFormState({ control, name });
  const tooLong = errors[name]?.type === 'too_big';
  return (
    <>
      <PasswordField control={control} name={name} limit={tooLong ? LIMITS.password : PASSWORD_MIN} label={label} autoComplete="new-password" required autoFocus={autoFocus} />
      <PasswordHints />
      <PasswordField control={control} name={confirm} label={t('register.confirm')} helperText={t('register.confirmHint')} autoComplete="new-password" required />
    </>
  );
}
