import { describe, expect, it } from 'vitest';
import { ROOM } from '../test/fakes';
import { formFor, leave } from './drafts';

describe('a form that one leaves', () => {
  it('is there again with what was typed, and with what the server has by then', () => {
    const form = formFor('1', { ...ROOM, id: 7 });
    form.set('title', 'Half');
    expect(leave('1', form)).toBe(true);
    const again = formFor('1', { ...ROOM, id: 7, version: 2, description: 'new' });
    expect(again.state.get().draft).toMatchObject({ title: 'Half', description: 'new' });
  });

  it('is forgotten when there was nothing to save', () => {
    const form = formFor('1', { ...ROOM, id: 8 });
    expect(leave('1', form)).toBe(false);
    expect(formFor('1', { ...ROOM, id: 8 })).not.toBe(form);
  });

  it('is nobody else’s', () => {
    const form = formFor('1', { ...ROOM, id: 9 });
    form.set('title', 'Half');
    leave('1', form);
    expect(formFor('2', { ...ROOM, id: 9 }).state.get().draft.title).toBe('Standup');
  });
});
