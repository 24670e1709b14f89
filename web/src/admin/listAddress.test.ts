import { describe, expect, it } from 'vitest';
import { firstPlace, nextPlace, previousPlace, readAddress, type Place } from './listAddress';

/** What a page reads that was reached by a link. */
const follow = (place: Place | undefined) => readAddress(new URLSearchParams(place?.to.search), place?.state);

describe('where in a list somebody is', () => {
  const start = readAddress(new URLSearchParams('search=ada&only=disabled&sort=name'), null);

  it('is read from the address, and leaves out what goes without saying', () => {
    expect(start).toEqual({ search: 'ada', only: 'disabled', sort: 'name', account: '', until: '', page: 1, after: undefined, trail: [] });
    expect(firstPlace(readAddress(new URLSearchParams(), null)).to.search).toBe('');
  });

  it('keeps every filter on the way through the pages', () => {
    const log = readAddress(new URLSearchParams('only=calls&account=7&until=2027-01-31'), null);
    expect(log).toMatchObject({ only: 'calls', account: '7', until: '2027-01-31' });
    expect(follow(nextPlace(log, 'b'))).toEqual({ ...log, page: 2, after: 'b' });
    expect(firstPlace({ ...log, account: '' }).to.search).toBe('?only=calls&until=2027-01-31');
  });

  it('goes on page by page and the same way back', () => {
    const second = follow(nextPlace(start, 'b'));
    const third = follow(nextPlace(second, 'c'));
    const fourth = follow(nextPlace(third, 'd/+='));
    expect([second.page, third.page, fourth.page]).toEqual([2, 3, 4]);
    expect(fourth.after).toBe('d/+=');
    const back = [third, second, start];
    let at = fourth;
    for (const expected of back) {
      at = follow(previousPlace(at));
      expect(at).toEqual(expected);
    }
    expect(previousPlace(at)).toBeUndefined();
  });

  it('knows no page before when somebody came by an address alone, but the first', () => {
    const sent = readAddress(new URLSearchParams('page=7&after=x'), null);
    expect(previousPlace(sent)).toBeUndefined();
    expect(follow(firstPlace(sent))).toMatchObject({ page: 1, after: undefined });
    expect(follow(previousPlace(readAddress(new URLSearchParams('page=2&after=x'), null))).page).toBe(1);
  });

  it('takes nonsense for the nearest sense', () => {
    expect(readAddress(new URLSearchParams('page=-3&after=x'), { trail: [1, 'a'] })).toMatchObject({ page: 2, trail: ['a'] });
    expect(readAddress(new URLSearchParams('page=5'), { trail: 'x' })).toMatchObject({ page: 1, trail: [] });
  });
});
