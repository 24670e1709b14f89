// Form fields tied to react-hook-form: label, message below, and for passwords a button that shows what was typed.
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import TextField, { type TextFieldProps } from '@mui/material/TextField';
import { useState } from 'react';
import { useController, type Control, type FieldPath, type FieldValues } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { English } from '../i18n/en';
import { EyeIcon, EyeOffIcon } from './icons';

export interface FormFieldProps<Form extends FieldValues> extends Omit<TextFieldProps, 'name' | 'error'> {
  control: Control<Form>;
  name: FieldPath<Form>;
  /** Fills the gap of the message, where it has one. */
  limit?: number;
}

function isFormKey(message: string): message is `form.${Exclude<keyof English['form'], 'showPassword' | 'hidePassword'>}` {
  return message.startsWith('form.');
}

export function FormField<Form extends FieldValues>({ control, name, limit, helperText, ...props }: FormFieldProps<Form>) {
  const { t } = useTranslation();
  const { field, fieldState } = useController({ control, name });
  const message = fieldState.error?.message;
  const shown =
    message === undefined ? helperText : isFormKey(message) ? t(message, { max: limit ?? 0, min: limit ?? 0 }) : message;
  return (
    <TextField
      {...props}
      name={field.name}
      value={field.value}
      onChange={field.onChange}
      onBlur={field.onBlur}
      inputRef={field.ref}
      error={message !== undefined}
      helperText={shown}
      slotProps={{ ...props.slotProps, htmlInput: { dir: 'auto' }, formHelperText: { 'aria-live': 'polite' } as object }}
    />
  );
}

export function PasswordField<Form extends FieldValues>(props: FormFieldProps<Form>) {
  const { t } = useTranslation();
  const [visible, setVisible] = useState(false);
  return (
    <FormField
      {...props}
      type={visible ? 'text' : 'password'}
      slotProps={{
        input: {
          endAdornment: (
            <InputAdornment position="end">
              <IconButton
                edge="end"
                aria-label={t(visible ? 'form.hidePassword' : 'form.showPassword')}
                onClick={() => setVisible(!visible)}
                onMouseDown={(event) => event.preventDefault()}
              >
                {visible ? <EyeOffIcon /> : <EyeIcon />}
              </IconButton>
            </InputAdornment>
          ),
        },
      }}
    />
  );
}
