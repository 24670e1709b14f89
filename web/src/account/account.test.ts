import { describe, expect, it } from 'vitest';
import { loginPath, nextPath } from './next';
import { invitationOf, registrationStep } from './registration';
import { changePasswordSchema, loginSchema, profileSchema, registerSchema } from './schemas';

const GOOD = { firstName: ' Ana ', lastName: 'Bo', email: ' ana@example.org ', password: 'correct horse', confirm: 'correct horse' };

/** Field → first message. */
function problems(form: unknown, schema: Pick<typeof registerSchema, 'safeParse'> | Pick<typeof changePasswordSchema, 'safeParse'> | ReturnType<typeof profileSchema> = registerSchema): Record<string, string> {
  const result = schema.safeParse(form);
  const found: Record<string, string> = {};
  for (const issue of result.error?.issues ?? []) found[issue.path.join('.')] ??= issue.message;
  return found;
}

describe('registering', () => {
  it('takes a good form, and trims names and address but not the password', () => {
    expect(registerSchema.parse({ ...GOOD, password: ' spaces kept ', confirm: ' spaces kept ' })).toMatchObject({ firstName: 'Ana', email: 'ana@example.org', password: ' spaces kept ' });
  });

  it.each([
    [{ firstName: '  ' }, { firstName: 'form.required' }],
    [{ lastName: 'x'.repeat(151) }, { lastName: 'form.tooLong' }],
    [{ email: 'ana@' }, { email: 'form.email' }],
    [{ password: 'short12', confirm: 'short12' }, { password: 'form.passwordShort' }],
    [{ password: '12345678', confirm: '12345678' }, { password: 'form.passwordDigits' }],
    [{ password: 'x'.repeat(129), confirm: 'x'.repeat(129) }, { password: 'form.tooLong' }],
    [{ confirm: 'other' }, { confirm: 'form.mismatch' }],
    [{ confirm: '' }, { confirm: 'form.required' }],
    [
      { firstName: '', confirm: 'other' },
      { firstName: 'form.required', confirm: 'form.mismatch' },
    ],
  ])('says what is wrong with %j', (changes, messages) => {
    expect(problems({ ...GOOD, ...changes })).toEqual(messages);
  });
});

describe('logging in', () => {
  it('wants an address and a password, of any kind', () => {
    expect(loginSchema.safeParse({ email: 'a@example.org', password: '1' }).success).toBe(true);
    expect(loginSchema.safeParse({ email: 'a', password: '1' }).success).toBe(false);
    expect(loginSchema.safeParse({ email: 'a@example.org', password: '' }).success).toBe(false);
  });
});

describe('the account page', () => {
  it('asks for the old password, and for the new one twice', () => {
    const good = { password: 'x', newPassword: 'correct horse', confirm: 'correct horse' };
    expect(problems(good, changePasswordSchema)).toEqual({});
    expect(problems({ ...good, password: '' }, changePasswordSchema)).toEqual({ password: 'form.required' });
    expect(problems({ ...good, newPassword: '12345678' }, changePasswordSchema)).toEqual({ newPassword: 'form.passwordDigits', confirm: 'form.mismatch' });
  });

  it('asks for the password with another address, and not for another name', () => {
    const form = { firstName: 'Ana', lastName: 'Bo', email: ' ana@example.org ', password: '' };
    expect(problems({ ...form, firstName: 'Ada' }, profileSchema('ana@example.org'))).toEqual({});
    expect(problems(form, profileSchema('old@example.org'))).toEqual({ password: 'form.required' });
    expect(problems({ ...form, firstName: '' }, profileSchema('old@example.org'))).toEqual({ firstName: 'form.required', password: 'form.required' });
    expect(problems({ ...form, password: 'x' }, profileSchema('old@example.org'))).toEqual({});
  });
});

describe('making an account', () => {
  it('passes the invitation of the room that was wanted', () => {
    expect(invitationOf(`?next=${encodeURIComponent('/r/room3?invitation=a-b_')}`)).toBe('a-b_');
    expect(invitationOf(`?next=${encodeURIComponent('/r/room3')}`)).toBeUndefined();
    expect(invitationOf(`?next=${encodeURIComponent('https://evil.example/?invitation=a-b_')}`)).toBeUndefined();
    expect(invitationOf('')).toBeUndefined();
  });

  it.each([
    ['open', undefined, 'form'],
    ['open', 'a-b', 'form'],
    ['invitation', undefined, 'byInvitation'],
    ['invitation', 'a-b', 'form'],
    ['closed', 'a-b', 'closed'],
    ['of a newer server', undefined, 'form'],
  ] as const)('where registration is %s, with invitation %s: %s', (registration, invitation, step) => {
    expect(registrationStep({ registration }, invitation)).toBe(step);
  });

  it('leaves it to the form where the server does not say', () => {
    expect(registrationStep(undefined, undefined)).toBe('form');
  });
});

describe('the way on after logging in', () => {
  it('leads to the page that was wanted', () => {
    expect(nextPath(new URL(loginPath('/administrator'), 'http://localhost').search)).toBe('/administrator');
    expect(nextPath(new URL(loginPath('/account'), 'http://localhost').search)).toBe('/account');
    expect(nextPath(new URL(loginPath('/r/room3'), 'http://localhost').search)).toBe('/r/room3');
    expect(nextPath(new URL(loginPath('/r/room3?invitation=a-b_'), 'http://localhost').search)).toBe('/r/room3?invitation=a-b_');
    expect(nextPath(new URL(loginPath('/r/room3/settings/people'), 'http://localhost').search)).toBe('/r/room3/settings/people');
    expect(nextPath(new URL(loginPath('/r/room3?next=//else'), 'http://localhost').search)).toBe('/');
  });

  it.each(['', '?next=', '?next=https://evil.example', '?next=//evil.example/r/room1', '?next=/r/../x', '?next=/r/room1%2F..', '?next=/\\evil.example', '?next=javascript:alert(1)'])(
    'leads to the lobby from "%s"',
    (search) => {
      expect(nextPath(search)).toBe('/');
    },
  );
});
