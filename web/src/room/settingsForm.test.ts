import { describe, expect, it, vi } from 'vitest';
import { ApiError, failureFrom } from '../api/errors';
import type { Room } from '../api/rooms';
import { i18next } from '../i18n';
import { ROOM } from '../test/fakes';
import { translateError } from '../ui/serverErrors';
import { endOfDay, fromField, toField } from './localTime';
import { problemInWords } from './SettingField';
import { SettingsForm, type SettingsServer } from './settingsForm';

const refusal = (status: number, body?: unknown) => new ApiError(failureFrom(status, body, null));
const room = (changes: Partial<Room> = {}): Room => ({ ...ROOM, role: 'owner', ...changes });

/** A server that keeps one room as ours does: a change for an old version is refused. */
function keeping(start: Room) {
  let stored = start;
  const server: SettingsServer = {
    change: vi.fn((_, changes: Partial<Room>, version: number) => {
      if (version !== stored.version) return Promise.reject(refusal(409, { code: 'version_conflict', detail: 'x' }));
      stored = { ...stored, ...changes, version: version + 1 };
      return Promise.resolve(stored);
    }),
    read: vi.fn(() => Promise.resolve(stored)),
  };
  return { server, elsewhere: (changes: Partial<Room>) => (stored = { ...stored, ...changes, version: stored.version + 1 }), now: () => stored };
}

describe('the form of a room’s settings', () => {
  it('sends what was changed, with the version that it was made for, and nothing else', async () => {
    const { server } = keeping(room({ version: 7 }));
    const form = new SettingsForm(room({ version: 7 }));
    form.set('title', ' Retro ');
    form.set('peopleLimit', '12');
    form.set('scheduledOn', '2027-01-31T09:30');
    expect(form.changed()).toEqual(['title', 'scheduledOn', 'peopleLimit']);
    expect(await form.save(server)).toBe(true);
    expect(server.change).toHaveBeenCalledExactlyOnceWith(1, { title: 'Retro', peopleLimit: 12, scheduledOn: new Date('2027-01-31T09:30').toISOString() }, 7);
    expect(form.changed()).toEqual([]);
    expect(form.state.get()).toMatchObject({ saving: false, thing: { version: 8 }, draft: { title: 'Retro' } });
  });

  it('takes a time away by an empty field, and counts spaces for nothing', async () => {
    const start = room({ scheduledOn: '2027-01-31T08:30:00.000Z' });
    const { server } = keeping(start);
    const form = new SettingsForm(start);
    form.set('title', 'Standup  ');
    expect(form.changed()).toEqual([]);
    form.set('scheduledOn', '');
    await form.save(server);
    expect(server.change).toHaveBeenCalledWith(1, { scheduledOn: null }, 1);
  });

  it('asks for a title and for a number of people that the server allows, before it sends anything', async () => {
    const { server } = keeping(room());
    const form = new SettingsForm(room());
    form.set('title', ' ');
    for (const limit of ['', '0', '1001', '1e2', '-5', '2.5', 'x']) {
      form.set('peopleLimit', limit);
      expect(await form.save(server)).toBe(false);
      expect(form.state.get().errors).toEqual({ title: { key: 'form.required' }, peopleLimit: { key: 'room.settings.peopleRange' } });
    }
    form.set('peopleLimit', '1000');
    form.set('title', 'T');
    expect(form.state.get().errors).toEqual({});
    expect(await form.save(server)).toBe(true);
    expect(server.change).toHaveBeenCalledTimes(1);
  });

  it('puts the server’s words to their fields, and the others above the buttons', async () => {
    const form = new SettingsForm(room());
    form.set('title', 'T');
    const read = () => Promise.resolve(room());
    const refuse = (body: unknown, status = 400) => form.save({ change: () => Promise.reject(refusal(status, body)), read });
    expect(await refuse({ title: ['too long', 'too loud'], other: ['what?'] })).toBe(false);
    expect(form.state.get()).toMatchObject({ errors: { title: { said: ['too long', 'too loud'] } }, saving: false });
    expect(translateError(i18next.t, form.state.get().problem)).toBe('what?');
    await refuse({ title: ['too long'] });
    expect(form.state.get().problem).toBeUndefined();
    await refuse({ detail: 'Only the owner' }, 403);
    expect(form.state.get()).toMatchObject({ errors: {}, draft: { title: 'T' } });
    expect(translateError(i18next.t, form.state.get().problem)).toBe('Only the owner');
  });

  it('says each of several things about a field in the language of the page', async () => {
    const form = new SettingsForm(room());
    form.set('title', 'T');
    const words = { title: ['This field is required.', 'A whole number from 1 to 100.'], other: ['This field is required.', 'A whole number from 1 to 7.'] };
    await form.save({ change: () => Promise.reject(refusal(400, words)), read: () => Promise.resolve(room()) });
    const { errors, problem } = form.state.get();
    const t = ((key: string, values: Record<string, unknown> = {}) => `<${key} ${JSON.stringify(values)}>`) as unknown as typeof i18next.t;
    expect(problemInWords(errors.title, t)).toMatch(/^<server\.said\.\w+ .*> <server\.said\.\w+ .*100.*>$/);
    expect(translateError(t, problem)).toMatch(/^<server\.said\.\w+ .*> <server\.said\.\w+ .*7.*>$/);
  });
});

describe('two hosts who change settings at once', () => {
  it('the second is told, sees what the first has changed, keeps what was typed, and saves at the next try', async () => {
    const { server, elsewhere, now } = keeping(room());
    const form = new SettingsForm(room());
    form.set('title', 'Mine');
    form.set('waitingRoom', true);
    elsewhere({ title: 'Theirs', keepChat: true });
    expect(await form.save(server)).toBe(false);
    expect(form.state.get()).toMatchObject({ overtaken: true, conflicts: { title: 'Theirs' }, taken: ['keepChat'], saving: false });
    expect(form.state.get().draft).toMatchObject({ title: 'Mine', waitingRoom: true, keepChat: true });
    expect(now().title).toBe('Theirs');
    expect(await form.save(server)).toBe(true);
    expect(now()).toMatchObject({ title: 'Mine', waitingRoom: true, keepChat: true });
    expect(form.state.get()).toMatchObject({ overtaken: false, conflicts: {}, taken: [] });
  });

  it('may take the other’s instead', async () => {
    const { server, elsewhere, now } = keeping(room());
    const form = new SettingsForm(room());
    form.set('title', 'Mine');
    elsewhere({ title: 'Theirs' });
    await form.save(server);
    form.takeTheirs('title');
    expect(form.state.get()).toMatchObject({ conflicts: {}, draft: { title: 'Theirs' } });
    expect(form.changed()).toEqual([]);
    expect(now().title).toBe('Theirs');
  });

  it('are no two when they have wanted the same', async () => {
    const { server, elsewhere } = keeping(room());
    const form = new SettingsForm(room());
    form.set('keepChat', true);
    elsewhere({ keepChat: true });
    expect(await form.save(server)).toBe(true);
    expect(form.state.get()).toMatchObject({ conflicts: {}, overtaken: false });
    expect(form.changed()).toEqual([]);
  });

  it('a version that rose for something else, as by a spotlight, costs no question', async () => {
    const { server, elsewhere, now } = keeping(room());
    const form = new SettingsForm(room());
    form.set('title', 'Mine');
    elsewhere({});
    expect(await form.save(server)).toBe(true);
    expect(now().title).toBe('Mine');
    expect(form.state.get().overtaken).toBe(false);
  });

  it('a version that rises with every look ends the tries', async () => {
    const { server, elsewhere } = keeping(room());
    const form = new SettingsForm(room());
    form.set('title', 'Mine');
    const { change } = server;
    server.change = (...wish) => {
      elsewhere({});
      return change(...wish);
    };
    expect(await form.save(server)).toBe(false);
    expect(form.state.get()).toMatchObject({ overtaken: true, draft: { title: 'Mine' } });
  });

  it('what arrives while one types is taken over where one has typed nothing', () => {
    const form = new SettingsForm(room());
    form.arrived(room({ version: 2, description: 'new' }));
    expect(form.state.get()).toMatchObject({ taken: [], draft: { description: 'new' } });
    form.set('title', 'Mine');
    form.arrived(room({ version: 3, description: 'newer', title: 'Theirs' }));
    expect(form.state.get()).toMatchObject({ taken: ['description'], conflicts: { title: 'Theirs' }, draft: { description: 'newer', title: 'Mine' } });
    form.arrived(room({ version: 2, title: 'Late' }));
    expect(form.state.get().thing.title).toBe('Theirs');
    form.arrived(room({ version: 4, description: 'newer', title: 'Theirs' }));
    expect(form.state.get().conflicts).toEqual({ title: 'Theirs' });
    form.reset();
    expect(form.state.get()).toMatchObject({ taken: [], conflicts: {}, draft: { title: 'Theirs' } });
  });

  it('what one types while a save is under way is kept, and not saved yet', async () => {
    const form = new SettingsForm(room());
    form.set('title', 'Sent');
    let answer: (room: Room) => void = () => undefined;
    const saved = form.save({ change: () => new Promise((resolve) => (answer = resolve)), read: () => Promise.resolve(room()) });
    form.set('description', 'typed since');
    answer(room({ version: 2, title: 'Sent' }));
    expect(await saved).toBe(true);
    expect(form.state.get().draft).toMatchObject({ title: 'Sent', description: 'typed since' });
    expect(form.changed()).toEqual(['description']);
  });
});

describe('a time in the browser’s field', () => {
  it('is the same time again', () => {
    for (const iso of ['2027-01-31T08:30:00.000Z', '2027-07-01T23:59:00.000Z', '0999-05-05T00:00:00.000Z']) expect(fromField(toField(iso))).toBe(iso);
  });

  it('is nothing when there is none', () => {
    expect(toField(null)).toBe('');
    expect(toField('nonsense')).toBe('');
    expect(fromField('')).toBeNull();
    expect(fromField('2027-13-01T00:00')).toBeUndefined();
  });

  it('is for a day its end, which is the next one’s beginning', () => {
    expect(endOfDay('2027-12-31')).toBe(new Date(2028, 0, 1).toISOString());
    expect(endOfDay('')).toBeUndefined();
    expect(endOfDay('yesterday')).toBeUndefined();
  });
});
