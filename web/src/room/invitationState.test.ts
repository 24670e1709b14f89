import { describe, expect, it } from 'vitest';
import type { Invitation } from '../api/invitations';
import { stateOf, usesFrom } from './invitationState';

const NOW = Date.parse('2027-01-31T08:00:00Z');
const invitation = (changes: Partial<Invitation>): Invitation => ({ id: 1, expiresOn: null, uses: null, used: 0, createdOn: '2027-01-01T00:00:00Z', ...changes });

describe('what an invitation is good for', () => {
  it.each([
    [{}, 'good'],
    [{ used: 500 }, 'good'],
    [{ uses: 2, used: 1 }, 'good'],
    [{ uses: 2, used: 2 }, 'usedUp'],
    [{ expiresOn: '2027-01-31T08:00:01Z' }, 'good'],
    [{ expiresOn: '2027-01-31T08:00:00Z' }, 'expired'],
    [{ expiresOn: '2026-01-31T08:00:00Z', uses: 1, used: 1 }, 'usedUp'],
  ] as const)('%j: %s', (changes, state) => {
    expect(stateOf(invitation(changes), NOW)).toBe(state);
  });
});

describe('how many people', () => {
  it.each([
    ['', undefined],
    ['  ', undefined],
    ['1', 1],
    [' 25 ', 25],
    ['10000', 10000],
    ['10001', null],
    ['0', null],
    ['-1', null],
    ['1.5', null],
    ['1e2', null],
    ['many', null],
  ])('%j is %s', (text, uses) => {
    expect(usesFrom(text)).toBe(uses);
  });
});
