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

const bothPasswords = z.object({ password: z.string(), confirm: z.string().check(filled) });

/** A new password, typed twice. */
const newPassword = {
  password: z.string().check(
    filled,
    z.minLength(PASSWORD_MIN, 'form.passwordShort'),
    z.maxLength(PASSWORD_MAX, 'form.tooLong'),
    z.refine((password) => !/^\d+$/.test(password), 'form.passwordDigits'),
  ),
  confirm: z.string().check(filled),
};

const alike = z.refine<{ password: string; confirm: string }>((form) => form.password === form.confirm, {
  path: ['confirm'],
  message: 'form.mismatch',
  // Also while another field is wrong still, so that the hint does not come late.
  when: ({ value }) => bothPasswords.safeParse(value).success,
});

export const registerSchema = z.object({ firstName: name, lastName: name, email, ...newPassword }).check(alike);
export type RegisterForm = z.infer<typeof registerSchema>;

export const resetSchema = z.object(newPassword).check(alike);
export type ResetForm = z.infer<typeof resetSchema>;

/** What belongs into the messages' gaps. */
export const LIMITS = { firstName: NAME_MAX, lastName: NAME_MAX, email: EMAIL_MAX, password: PASSWORD_MAX } as const;
