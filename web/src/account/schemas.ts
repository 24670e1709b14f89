// What the account forms accept. The server checks everything again and knows more (common passwords, taken addresses); these rules only spare
// people a round trip. Messages are keys of the catalogue.
import * as z from '../zod';

const NAME_MAX = 150;
const EMAIL_MAX = 254;
export const PASSWORD_MIN = 8;
const PASSWORD_MAX = 128;

const filled = z.minLength(1, 'form.required');
const name = z.string().check(z.trim(), filled, z.maxLength(NAME_MAX, 'form.tooLong'));
const email = z.pipe(z.string().check(z.trim(), filled, z.maxLength(EMAIL_MAX, 'form.tooLong')), z.email('form.email'));

export const loginSchema = z.object({
  email,
  password: z.string().check(filled),
});
export type LoginForm = z.infer<typeof loginSchema>;

export const forgotSchema = z.object({ email });
export type ForgotForm = z.infer<typeof forgotSchema>;

/** Whose an account is. */
export const personSchema = z.object({ firstName: name, lastName: name, email });
export type PersonForm = z.infer<typeof personSchema>;

const typed = z.string().check(filled);

/** A password that is to be one from now on. */
const newPassword = z.string().check(
  filled,
  z.minLength(PASSWORD_MIN, 'form.passwordShort'),
  z.maxLength(PASSWORD_MAX, 'form.tooLong'),
  z.refine((password) => !/^\d+$/.test(password), 'form.passwordDigits'),
);

/** That `confirm` repeats the field of this name. */
function repeats<Name extends string>(name: Name) {
  const both = z.object({ [name]: z.string(), confirm: typed });
  return z.refine<Record<Name | 'confirm', string>>((form) => form[name] === form.confirm, {
    path: ['confirm'],
    message: 'form.mismatch',
    // Also while another field is wrong still, so that the hint does not come late.
    when: ({ value }) => both.safeParse(value).success,
  });
}

export const registerSchema = z.object({ firstName: name, lastName: name, email, password: newPassword, confirm: typed }).check(repeats('password'));
export type RegisterForm = z.infer<typeof registerSchema>;

export const resetSchema = z.object({ password: newPassword, confirm: typed }).check(repeats('password'));
export type ResetForm = z.infer<typeof resetSchema>;

/** The old password under `password`, as the server has it. */
export const changePasswordSchema = z.object({ password: typed, newPassword, confirm: typed }).check(repeats('newPassword'));
export type ChangePasswordForm = z.infer<typeof changePasswordSchema>;

const profileFields = z.object({ firstName: name, lastName: name, email, password: z.string() });
export type ProfileForm = z.infer<typeof profileFields>;

/** Whether what was typed is another address than the account has. */
export const isOtherEmail = (typedEmail: string, saved: string): boolean => typedEmail.trim() !== saved;

/** The password is needed with another address only. */
export const profileSchema = (savedEmail: string) =>
  profileFields.check(
    z.refine((form) => form.password !== '' || !isOtherEmail(form.email, savedEmail), {
      path: ['password'],
      message: 'form.required',
      when: ({ value }) => z.object({ email: z.string(), password: z.string() }).safeParse(value).success,
    }),
  );

export const deletionSchema = z.object({ password: typed });
export type DeletionForm = z.infer<typeof deletionSchema>;

/** What belongs into the messages' gaps. */
export const LIMITS = { firstName: NAME_MAX, lastName: NAME_MAX, email: EMAIL_MAX, password: PASSWORD_MAX } as const;
