// What the account forms accept. The server checks everything again and knows more (common passwords, taken addresses); these rules only spare
// people a round trip. Messages are keys of the catalogue.
import * as z from 'zod';

const NAME_MAX = 150;
const EMAIL_MAX = 254;
export const PASSWORD_MIN = 8;
const PASSWORD_MAX = 128;

const required = z.string().trim().min(1, 'form.required');
const email = required.max(EMAIL_MAX, 'form.tooLong').pipe(z.email('form.email'));

export const loginSchema = z.object({
  email,
  password: z.string().min(1, 'form.required'),
});
export type LoginForm = z.infer<typeof loginSchema>;

export const registerSchema = z
  .object({
    firstName: required.max(NAME_MAX, 'form.tooLong'),
    lastName: required.max(NAME_MAX, 'form.tooLong'),
    email,
    password: z
      .string()
      .min(1, 'form.required')
      .min(PASSWORD_MIN, 'form.passwordShort')
      .max(PASSWORD_MAX, 'form.tooLong')
      .refine((password) => !/^\d+$/.test(password), 'form.passwordDigits'),
    confirm: z.string().min(1, 'form.required'),
  })
  .refine((form) => form.password === form.confirm, {
    path: ['confirm'],
    message: 'form.mismatch',
    // Also when another field is wrong still, so that the hint does not come late.
    when: ({ value }) => z.object({ password: z.string(), confirm: z.string().min(1) }).safeParse(value).success,
  });
export type RegisterForm = z.infer<typeof registerSchema>;

/** What belongs into the messages' gaps. */
export const LIMITS = { firstName: NAME_MAX, lastName: NAME_MAX, email: EMAIL_MAX, password: PASSWORD_MAX } as const;
