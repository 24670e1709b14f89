import { describe, expect, it } from 'vitest';
import { usesFrom } from './invitationForm';

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
