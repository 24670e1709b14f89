import { describe, expect, it } from 'vitest';
import { AccountApi } from './account';
import { ApiError, failureFrom } from './errors';

const ADA = { id: 7, email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace', createdOn: '2026-01-01T00:00:00.000Z', isAdmin: false };

function api(answer: unknown) {
  const asked: unknown[] = [];
  const names: string[] = [];
  const session = {
    request: (request: unknown) => {
      asked.push(request);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    renamed: (access: string) => void names.push(access),
  };
  return { account: new AccountApi(session), asked, names };
}

describe('the own account', () => {
  it('goes on under its new name with the token that an edit brings', async () => {
    const { account, asked, names } = api({ ...ADA, firstName: 'Augusta', access: 'T' });
    expect(await account.edit({ firstName: 'Augusta' })).toMatchObject({ firstName: 'Augusta' });
    expect(asked).toEqual([{ method: 'PATCH', path: '/api/user/', body: { firstName: 'Augusta' } }]);
    expect(names).toEqual(['T']);
  });

  it('takes no answer for an account that is none', async () => {
    await expect(api({ ...ADA, email: 7 }).account.read()).rejects.toMatchObject({ failure: { kind: 'malformed' } });
    await expect(api({ ...ADA }).account.edit({}), 'an edit without a token').rejects.toMatchObject({ failure: { kind: 'malformed' } });
    await expect(api({}).account.export(), 'a file').rejects.toMatchObject({ failure: { kind: 'malformed' } });
  });

  it('is content when a login that it ends has ended already', async () => {
    await api(new ApiError(failureFrom(404, undefined, null))).account.endLogin('a/b');
    await expect(api(new ApiError(failureFrom(503, undefined, null))).account.endLogin('a/b')).rejects.toMatchObject({ status: 503 });
    const { account, asked } = api(undefined);
    await account.endLogin('a/b');
    expect(asked).toEqual([{ method: 'DELETE', path: '/api/user/sessions/a%2Fb/' }]);
  });

  it('is taken along as the file that the server sends', async () => {
    const file = new Blob(['{}']);
    const { account, asked } = api(file);
    expect(await account.export()).toBe(file);
    expect(asked).toMatchObject([{ path: '/api/user/export/', file: true }]);
  });
});
