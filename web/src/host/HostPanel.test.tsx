// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '../i18n';
import { host } from '../api';
import type { Rules } from '../api/host';
import { ApiError, failureFrom } from '../api/errors';
import type { CallState } from '../call/model';
import { PeoplePanel } from '../call/PeoplePanel';
import { NO_ROOM_STATE, type RoomState } from '../call/roomState';
import { HANDLE, participant, ROOM } from '../test/fakes';
import { toasts } from '../ui/toasts';
import { volumes } from '../volume/volumes';

const view = (identity: string, name: string, microphoneOn = true) => ({ ...participant(identity, { name, microphoneOn }), stale: false });
const refusal = (status: number) => new ApiError(failureFrom(status, undefined, null));

const TOLD: RoomState = { ...NO_ROOM_STATE, version: 3, owner: '1', cohosts: ['5'] };
const RULES: Rules = { version: 4, locked: false, waitingRoom: false, chatDisabled: false, shareDisabled: false, unmuteDisabled: false, allowGuests: false, typeOf: 'OTA' };

function show(own: string, remotes: CallState['remotes'], changes: Partial<RoomState> = {}) {
  const client = new QueryClient();
  const panel = (room: RoomState) => {
    const state: CallState = { phase: 'connected', local: { ...view(own, 'Me'), isLocal: true }, remotes, camera: 'on', microphone: 'on', share: 'off', room, audioBlocked: false };
    return (
      <QueryClientProvider client={client}>
        <PeoplePanel state={state} room={ROOM} onClose={() => undefined} />
      </QueryClientProvider>
    );
  };
  const { rerender } = render(panel({ ...TOLD, ...changes }));
  /** What the call says from now on. */
  return (told: Partial<RoomState>) => rerender(panel({ ...TOLD, ...told }));
}

describe('the list of people', () => {
  const texts = () => toasts.list.get().map((toast) => toast.text);
  const unfold = () => fireEvent.click(screen.getByTestId('host-rules'));
  const rule = (label: string) => screen.getByLabelText<HTMLInputElement>(label, { selector: 'input' });
  const openMenu = (name: string) => fireEvent.click(within(screen.getAllByTestId('person').find((row) => row.dataset.name === name) as HTMLElement).getByTestId('person-menu'));

  beforeEach(() => {
    toasts.list.set([]);
    vi.restoreAllMocks();
    vi.spyOn(host, 'rules').mockResolvedValue(RULES);
    vi.spyOn(host, 'openInvitations').mockResolvedValue(0);
  });
  afterEach(cleanup);

  it('shows everyone who the hosts are, and gives others no controls', () => {
    show('2:tab', [view('1:tab', 'Ana'), view('5:tab', 'Cleo')]);
    expect(screen.getAllByTestId('role-badge').map((badge) => badge.textContent)).toEqual(['Host', 'Co-host']);
    expect(within(screen.getAllByTestId('person')[1] as HTMLElement).getByTestId('role-badge')).toBeTruthy();
    expect(screen.queryByTestId('host-section')).toBeNull();
    openMenu('Ana');
    expect(screen.getByTestId('mute-for-me')).toBeTruthy();
    expect(screen.queryByTestId('person-remove')).toBeNull();
  });

  it('sets how loud someone is for oneself, and shows who is muted for oneself', () => {
    show('2:tab', [view('1:a', 'Ana'), view('3:a', 'Cy')]);
    const ana = screen.getAllByTestId('person').find((row) => row.dataset.name === 'Ana') as HTMLElement;
    fireEvent.click(within(ana).getByTestId('person-menu'));
    fireEvent.change(screen.getByLabelText('Volume of Ana for you'), { target: { value: 30 } });
    expect(volumes.of('1')).toEqual({ level: 0.3, muted: false });
    fireEvent.click(screen.getByTestId('mute-for-me'));
    expect(volumes.of('1')).toEqual({ level: 0.3, muted: true });
    expect(within(ana).getByTestId('muted-for-me')).toBeTruthy();
    expect(screen.getAllByTestId('muted-for-me')).toHaveLength(1);
  });

  it('gives the host a menu for each other person, and none for oneself', () => {
    show('1:tab', [view('2:tab', 'Bo'), view('3:tab', 'Cy')]);
    expect(screen.getAllByTestId('person-menu')).toHaveLength(2);
  });

  it('mutes every device of a person whose microphone is on', async () => {
    const mute = vi.spyOn(host, 'mute').mockResolvedValue();
    show('1:tab', [view('2:a', 'Bo'), view('2:b', 'Bo'), view('2:c', 'Bo', false)]);
    fireEvent.click(screen.getByTestId('person-menu'));
    fireEvent.click(screen.getByTestId('person-mute'));
    await waitFor(() => expect(texts()).toEqual(['Bo is muted.']));
    expect(mute.mock.calls).toEqual([[1, '2:a'], [1, '2:b']]);
  });

  it('gives a co-host power over everyone but the hosts, and the owner’s powers to the owner alone', () => {
    const entries = () => screen.queryAllByTestId(/^person-(mute|remove|ban|cohost|uncohost|hand-over)$/).map((entry) => entry.dataset.testid);
    show('5:tab', [view('1:tab', 'Ana'), view('2:tab', 'Bo')]);
    openMenu('Ana');
    expect(entries()).toEqual(['person-mute']);
    cleanup();
    show('5:tab', [view('2:tab', 'Bo')]);
    openMenu('Bo');
    expect(entries()).toEqual(['person-mute', 'person-remove', 'person-ban']);
    cleanup();
    show('1:tab', [view('5:tab', 'Cleo')]);
    openMenu('Cleo');
    expect(entries()).toEqual(['person-mute', 'person-uncohost', 'person-hand-over', 'person-remove', 'person-ban']);
  });

  it('asks before it makes a co-host and before it hands the room over', async () => {
    const cohost = vi.spyOn(host, 'setCohost').mockResolvedValue();
    const handOver = vi.spyOn(host, 'handOver').mockRejectedValue(new ApiError(failureFrom(400, { user: ['This account has as many rooms as one account may have.'] }, null)));
    show('1:tab', [view('2:a', 'Bo')]);
    openMenu('Bo');
    fireEvent.click(screen.getByTestId('person-cohost'));
    expect(cohost).not.toHaveBeenCalled();
    fireEvent.click(screen.getByTestId('host-confirm'));
    await waitFor(() => expect(texts()).toEqual(['Bo is a co-host now.']));
    expect(cohost).toHaveBeenCalledWith(1, 2, true);
    openMenu('Bo');
    fireEvent.click(screen.getByTestId('person-hand-over'));
    fireEvent.click(screen.getByTestId('host-confirm'));
    await waitFor(() => expect(texts()).toContain('This account has as many rooms as one account may have.'));
    expect(handOver).toHaveBeenCalledWith(1, 2);
  });

  it('asks before it bans, and says in words when that is refused', async () => {
    const ban = vi.spyOn(host, 'ban').mockRejectedValueOnce(refusal(404)).mockResolvedValue();
    show('1:tab', [view('2:a', 'Bo')]);
    openMenu('Bo');
    fireEvent.click(screen.getByTestId('person-ban'));
    expect(ban).not.toHaveBeenCalled();
    fireEvent.click(await screen.findByTestId('host-confirm'));
    expect((await screen.findByRole('alert')).textContent).toBe('They are not here any more.');
    fireEvent.click(screen.getByTestId('host-confirm'));
    await waitFor(() => expect(texts()).toEqual(['Bo was banned from the room']));
    expect(ban).toHaveBeenCalledWith(1, 2);
  });

  it('closes the doors that were chosen before it bans a guest, and bans nobody when one does not close', async () => {
    const done: unknown[] = [];
    vi.mocked(host.openInvitations).mockResolvedValue(3);
    vi.spyOn(host, 'setRules').mockImplementation((_, changes) => (done.push(changes), Promise.resolve(RULES)));
    const revoke = vi.spyOn(host, 'revokeInvitations').mockRejectedValueOnce(refusal(503)).mockImplementation(() => (done.push('links'), Promise.resolve()));
    vi.spyOn(host, 'ban').mockImplementation((_, user) => (done.push(user), Promise.resolve()));
    const guest = `g${'0a'.repeat(16)}`;
    show('1:tab', [view(`${guest}:a`, 'Gil')]);
    openMenu('Gil');
    fireEvent.click(screen.getByTestId('person-ban'));
    expect((await screen.findByTestId('ban-return')).textContent).toMatch(/^A link alone lets them come back/);
    fireEvent.click(screen.getByLabelText('Revoke the 3 invitation links that still work'));
    fireEvent.click(screen.getByLabelText('Turn on the waiting room'));
    fireEvent.click(screen.getByTestId('host-confirm'));
    await screen.findByRole('alert');
    expect(done).toEqual([{ waitingRoom: true }]);
    fireEvent.click(screen.getByTestId('host-confirm'));
    await waitFor(() => expect(texts()).toEqual(['Gil was banned from the room']));
    expect(done.slice(1)).toEqual([{ waitingRoom: true }, 'links', guest]);
    expect(revoke).toHaveBeenCalledTimes(2);
  });

  it('says that an address alone lets guests in, and offers no waiting room that is there', async () => {
    vi.mocked(host.rules).mockResolvedValue({ ...RULES, allowGuests: true, waitingRoom: true });
    show('1:tab', [view('2:a', 'Bo')]);
    openMenu('Bo');
    fireEvent.click(screen.getByTestId('person-ban'));
    expect((await screen.findByTestId('ban-return')).textContent).toMatch(/^Guests come in by this room’s address alone/);
    expect(screen.queryByTestId('ban-waiting')).toBeNull();
    expect(screen.queryByTestId('ban-links')).toBeNull();
  });

  it('shows a rule at once, and takes it back when the server refuses', async () => {
    let refuse: (error: unknown) => void = () => undefined;
    vi.spyOn(host, 'setRules').mockReturnValue(new Promise((_, reject) => (refuse = reject)));
    show('1:tab', []);
    unfold();
    fireEvent.click(rule('Lock the room'));
    await waitFor(() => expect(rule('Lock the room').checked).toBe(true));
    refuse(refusal(503));
    await waitFor(() => expect(rule('Lock the room').checked).toBe(false));
    expect(texts()).toEqual(['The server cannot do this at the moment. Try again in a while.']);
  });

  it('says what is in force while the rules are folded away', () => {
    const tell = show('1:tab', []);
    expect(screen.queryByTestId('rule-locked')).toBeNull();
    expect(screen.getByTestId('rules-in-force').textContent).toBe('Nothing is restricted');
    tell({ version: 4, locked: true, chatDisabled: true });
    expect(screen.getByTestId('rules-in-force').textContent).toBe('Locked · No chat');
  });

  it('follows the rules that the call tells, and changes the version that it knows', async () => {
    const set = vi.spyOn(host, 'setRules').mockResolvedValueOnce({ ...RULES, version: 5, chatDisabled: true }).mockResolvedValue({ ...RULES, version: 6, chatDisabled: true, shareDisabled: true });
    const tell = show('1:tab', []);
    unfold();
    expect(rule('Others may chat').checked).toBe(true);
    tell({ version: 4, unmuteDisabled: true });
    expect(rule('Others may unmute').checked).toBe(false);
    fireEvent.click(rule('Others may chat'));
    fireEvent.click(rule('Others may share screens'));
    await waitFor(() => expect(set).toHaveBeenCalledTimes(2));
    expect(set.mock.calls).toEqual([
      [1, { chatDisabled: true, version: 4 }],
      [1, { shareDisabled: true, version: 5 }],
    ]);
    await waitFor(() => expect(rule('Others may share screens').checked).toBe(false));
    expect(rule('Others may chat').checked).toBe(false);
    tell({ version: 7 });
    expect(rule('Others may chat').checked).toBe(true);
  });

  it('tells of two hosts at once, and shows what is now', async () => {
    vi.spyOn(host, 'setRules').mockRejectedValue(new ApiError(failureFrom(409, { detail: 'x', code: 'version_conflict' }, null)));
    vi.mocked(host.rules).mockResolvedValue({ ...RULES, version: 9, locked: true });
    show('1:tab', []);
    unfold();
    fireEvent.click(rule('Waiting room'));
    await waitFor(() => expect(rule('Lock the room').checked).toBe(true));
    expect(rule('Waiting room').checked).toBe(false);
    expect(texts()).toEqual(['Another host has changed the room at the same moment. You see how it is now.']);
  });

  it('stops a share and lowers hands, which only hosts are offered', async () => {
    const stop = vi.spyOn(host, 'stopShare').mockResolvedValue();
    const lower = vi.spyOn(host, 'lowerHand').mockResolvedValue();
    const people = [{ ...view('2:a', 'Bo'), screen: HANDLE, hand: 900 }, { ...view('2:b', 'Bo'), screen: HANDLE }, { ...view('3:a', 'Cy'), hand: 800 }];
    show('1:tab', people);
    openMenu('Bo');
    fireEvent.click(screen.getByTestId('person-stop-share'));
    await waitFor(() => expect(texts()).toEqual(['Bo no longer shares a screen.']));
    expect(stop.mock.calls).toEqual([[1, '2:a'], [1, '2:b']]);
    openMenu('Cy');
    expect(screen.queryByTestId('person-stop-share')).toBeNull();
    fireEvent.click(screen.getByTestId('person-lower-hand'));
    fireEvent.click(screen.getByLabelText('Lower the hand of Bo'));
    fireEvent.click(screen.getByTestId('lower-all-hands'));
    await waitFor(() => expect(lower.mock.calls).toEqual([[1, '3:a'], [1, '2:a'], [1, undefined]]));
    cleanup();
    show('2:b', people.slice(2));
    expect(screen.queryByTestId('lower-hand')).toBeNull();
  });

  it('lists the banned, and unbans them', async () => {
    vi.spyOn(host, 'bans').mockResolvedValueOnce([{ user: 2, name: 'Bo', bannedOn: '2026-11-23T06:00:00Z' }]).mockResolvedValue([]);
    const unban = vi.spyOn(host, 'unban').mockResolvedValue();
    show('1:tab', []);
    unfold();
    fireEvent.click(screen.getByTestId('bans-button'));
    fireEvent.click(await screen.findByTestId('unban'));
    await screen.findByText('Nobody is banned from this room.');
    expect(unban).toHaveBeenCalledWith(1, 2);
  });

  it('can be searched when it is long', () => {
    show('1:tab', Array.from({ length: 8 }, (_, at) => view(`${at + 2}:tab`, `Guest ${at}`)));
    fireEvent.change(screen.getByTestId('people-search'), { target: { value: 'guest 3' } });
    expect(screen.getAllByTestId('person').map((row) => row.dataset.name)).toEqual(['Guest 3']);
  });
});
