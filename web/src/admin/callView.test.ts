import { describe, expect, it } from 'vitest';
import { kindOf, nameOf, qualityOf, titleOf, worst } from './callView';

describe('a call as the administration shows it', () => {
  it('is called by its title, or by its name where it is in memory alone', () => {
    expect([titleOf({ title: 'Weekly', room: 'room3' }), titleOf({ title: null, room: 'robots' })]).toEqual(['Weekly', 'robots']);
  });

  it('is as good as it is for whom it goes worst', () => {
    expect(worst({ excellent: 4, good: 0, poor: 1 })).toBe('poor');
    expect(worst({ excellent: 4, good: 2, poor: 0 })).toBe('good');
    expect(worst({ excellent: 4, good: 0, poor: 0 })).toBe('excellent');
    expect(worst({ excellent: 0, good: 0, poor: 0 })).toBe('unknown');
  });

  it('tells accounts, guests and programs apart', () => {
    expect([kindOf({ user: 3 }), kindOf({ user: 'g00' }), kindOf({ user: null })]).toEqual(['account', 'guest', 'program']);
    expect([nameOf({ name: ' ', identity: 'recorder' }), nameOf({ name: 'Ada', identity: '1:x' })]).toEqual(['recorder', 'Ada']);
    expect([qualityOf({ quality: 'good' }), qualityOf({ quality: null }), qualityOf({ quality: 'splendid' })]).toEqual(['good', 'unknown', 'unknown']);
  });
});
