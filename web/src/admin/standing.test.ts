import { describe, expect, it } from 'vitest';
import { ApiError, failureFrom } from '../api/errors';
import { standingOf } from './standing';

const refused = (status: number) => new ApiError(failureFrom(status, {}, null));

describe('who may see the administration', () => {
  it('is asked of the server', () => {
    expect(standingOf({ signedIn: true, isAdministrator: undefined, error: null, was: false })).toBe('asking');
    expect(standingOf({ signedIn: true, isAdministrator: true, error: null, was: false })).toBe('administrator');
    expect(standingOf({ signedIn: true, isAdministrator: false, error: null, was: false })).toBe('other');
    expect(standingOf({ signedIn: false, isAdministrator: undefined, error: null, was: false })).toBe('anonymous');
  });

  it('ends with the role and with the login', () => {
    expect(standingOf({ signedIn: true, isAdministrator: false, error: null, was: true })).toBe('demoted');
    expect(standingOf({ signedIn: false, isAdministrator: true, error: null, was: true })).toBe('signedOut');
    expect(standingOf({ signedIn: true, isAdministrator: true, error: refused(401), was: true })).toBe('signedOut');
  });

  it('stays while the server cannot say', () => {
    expect(standingOf({ signedIn: true, isAdministrator: true, error: refused(503), was: true })).toBe('administrator');
    expect(standingOf({ signedIn: true, isAdministrator: undefined, error: refused(503), was: false })).toBe('failed');
    expect(standingOf({ signedIn: true, isAdministrator: undefined, error: new ApiError({ kind: 'unreachable' }), was: false })).toBe('failed');
  });
});
