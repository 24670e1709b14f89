import { describe, expect, it } from 'vitest';
import { participant } from '../test/fakes';
import { accountOf, hueOf, initials } from './avatar';
import { rosterOf } from './roster';

const view = (identity: string, changes: Parameters<typeof participant>[1] = {}) => ({ ...participant(identity, changes), stale: false });
const local = view('1:tab', { isLocal: true, name: 'Me' });

describe('initials', () => {
  it.each([
    ['Ana María Bergström', 'AB'],
    ['Bo', 'B'],
    ['  élan  vital ', 'ÉV'],
    ['田中 弘', '田弘'],
    ['😀 x', '😀X'],
    ['', ''],
  ])('of "%s" are "%s"', (name, letters) => {
    expect(initials(name)).toBe(letters);
  });

  it('have the same colour on all devices of a person, and others for others', () => {
    expect(hueOf('7:phone')).toBe(hueOf('7:laptop'));
    expect(hueOf('7:phone')).not.toBe(hueOf('8:phone'));
    expect(accountOf('plain')).toBe('plain');
  });
});

describe('the list of people', () => {
  it('has one entry a person, oneself first', () => {
    const roster = rosterOf({ local, remotes: [view('2:a', { name: 'Bo' }), view('2:b', { name: 'Bo', microphoneOn: true }), view('1:phone', { name: 'Me' })] });
    expect(roster).toMatchObject([
      { name: 'Me', isLocal: true, devices: 2 },
      { name: 'Bo', devices: 2, microphoneOn: true, cameraOn: false },
    ]);
  });
});
