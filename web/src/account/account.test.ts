import { describe, expect, it } from 'vitest';
import { loginPath, nextPath } from './next';
import { loginSchema, registerSchema } from './schemas';

const GOOD = { firstName: ' Ana ', lastName: 'Bo', email: ' ana@example.org ', password: 'correct horse', confirm: 'correct horse' };

/** Field → first message. */
function problems(form: unknown): Record<string, string> {
  const result = registerSchema.safeParse(form);
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

describe('the way on after logging in', () => {
  it('leads to the page that was wanted', () => {
    expect(nextPath(new URL(loginPath('/administrator'), 'http://localhost').search)).toBe('/administrator');
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
