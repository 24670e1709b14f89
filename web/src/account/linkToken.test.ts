import { describe, expect, it } from 'vitest';
import { forgetToken, takeToken } from './linkToken';

const TOKEN = 'a'.repeat(20) + '_-9';

function place(hash: string) {
  const kept = new Map<string, string>();
  const addresses: string[] = [];
  return {
    addresses,
    location: { hash, pathname: '/reset', search: '?x=1' },
    history: { state: undefined, replaceState: (_state: unknown, _unused: string, url?: string | URL | null) => void addresses.push(String(url)) },
    sessionStorage: { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => void kept.set(name, value), removeItem: (name: string) => void kept.delete(name) },
  };
}

describe('the token of a link', () => {
  it('is taken out of the address, and kept until it was used', () => {
    const here = place(`#${TOKEN}`);
    expect(takeToken('reset', here)).toBe(TOKEN);
    expect(here.addresses).toEqual(['/reset?x=1']);
    here.location.hash = '';
    expect(takeToken('reset', here)).toBe(TOKEN);
    expect(takeToken('administrator', here)).toBeUndefined();
    forgetToken('reset', here);
    expect(takeToken('reset', here)).toBeUndefined();
  });

  it.each(['', '#', '#short', `#${'x'.repeat(129)}`, '#<script>alert(1)</script>xxxxxx'])('is none in "%s"', (hash) => {
    const here = place(hash);
    expect(takeToken('reset', here)).toBeUndefined();
    expect(here.addresses).toEqual([]);
  });
});
