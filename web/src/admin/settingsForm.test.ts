import { describe, expect, it, vi } from 'vitest';
import type { ServerSettings } from '../api/admin';
import { ApiError, failureFrom } from '../api/errors';
import { ServerSettingsForm } from './settingsForm';

const SETTINGS: ServerSettings = { version: 1, registration: 'open', peoplePerRoom: 100, roomsPerUser: 10 };

/** A server that has these settings and takes what it is told, unless that is for another version. */
function serverWith(settings: ServerSettings) {
  let now = settings;
  const changeSettings = vi.fn((changes: Partial<ServerSettings>, version: number) => {
    if (version !== now.version) return Promise.reject(new ApiError(failureFrom(409, { code: 'version_conflict', detail: 'x' }, null)));
    now = { ...now, ...changes, version: version + 1 };
    return Promise.resolve(now);
  });
  return { settings: vi.fn(() => Promise.resolve(now)), changeSettings };
}

describe('the settings of the server', () => {
  it('saves what was changed and nothing else, with the version that it was made for', async () => {
    const form = new ServerSettingsForm(SETTINGS);
    const server = serverWith(SETTINGS);
    form.set('peoplePerRoom', ' 50 ');
    expect(form.changed()).toEqual(['peoplePerRoom']);
    expect(await form.save(server)).toBe(true);
    expect(server.changeSettings).toHaveBeenCalledExactlyOnceWith({ peoplePerRoom: 50 }, 1);
    expect(server.settings, 'the version says whether it is the same still').not.toHaveBeenCalled();
    expect(form.changed()).toEqual([]);
    expect(form.state.get().saving).toBe(false);
  });

  it('sends no number that the server does not take', async () => {
    const form = new ServerSettingsForm(SETTINGS);
    const server = serverWith(SETTINGS);
    for (const wrong of ['0', '1001', '', 'many', '1.5', '-3']) {
      form.set('peoplePerRoom', wrong);
      expect(await form.save(server)).toBe(false);
      expect(form.state.get().errors).toEqual({ peoplePerRoom: { key: 'admin.settings.range' } });
    }
    expect(server.changeSettings).not.toHaveBeenCalled();
    form.set('peoplePerRoom', '1000');
    expect(form.state.get().errors).toEqual({});
    form.set('roomsPerUser', '0');
    expect(await form.save(server)).toBe(true);
  });

  it('does not overwrite unseen what another administrator has set', async () => {
    const form = new ServerSettingsForm(SETTINGS);
    const server = serverWith({ version: 4, registration: 'closed', peoplePerRoom: 30, roomsPerUser: 10 });
    form.set('peoplePerRoom', '50');
    expect(await form.save(server)).toBe(false);
    expect(await server.settings()).toMatchObject({ version: 4, peoplePerRoom: 30 });
    expect(form.state.get()).toMatchObject({ overtaken: true, conflicts: { peoplePerRoom: '30' }, taken: ['registration'], draft: { registration: 'closed', peoplePerRoom: '50' } });
    expect(await form.save(server)).toBe(true);
    expect(server.changeSettings).toHaveBeenLastCalledWith({ peoplePerRoom: 50 }, 4);
    expect(form.state.get()).toMatchObject({ overtaken: false, conflicts: {}, taken: [] });
  });

  it('takes over what arrives while nothing is typed, and keeps what is', () => {
    const form = new ServerSettingsForm(SETTINGS);
    form.arrived({ ...SETTINGS, version: 2, roomsPerUser: 5 });
    expect(form.state.get()).toMatchObject({ draft: { roomsPerUser: '5' }, taken: [], conflicts: {} });
    form.set('registration', 'closed');
    form.arrived({ version: 3, registration: 'invitation', peoplePerRoom: 20, roomsPerUser: 5 });
    expect(form.state.get()).toMatchObject({ draft: { registration: 'closed', peoplePerRoom: '20' }, conflicts: { registration: 'invitation' }, taken: ['peoplePerRoom'] });
    form.takeTheirs('registration');
    expect(form.state.get()).toMatchObject({ draft: { registration: 'invitation' }, conflicts: {} });
    expect(form.changed()).toEqual([]);
  });

  it('keeps what was typed when the server refuses', async () => {
    const form = new ServerSettingsForm(SETTINGS);
    const refused = new ApiError(failureFrom(503, {}, null));
    form.set('roomsPerUser', '3');
    const server = serverWith(SETTINGS);
    server.changeSettings.mockRejectedValueOnce(refused);
    expect(await form.save(server)).toBe(false);
    expect(form.state.get()).toMatchObject({ problem: refused, draft: { roomsPerUser: '3' }, saving: false });
    expect(await form.save(server)).toBe(true);
  });
});
