// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '../i18n';
import { host, rooms } from '../api';
import { ApiError, failureFrom } from '../api/errors';
import type { CallState } from '../call/model';
import { PeoplePanel } from '../call/PeoplePanel';
import { NO_ROOM_STATE } from '../call/roomState';
import { participant, ROOM } from '../test/fakes';
import { toasts } from '../ui/toasts';
import { volumes } from '../volume/volumes';

const view = (identity: string, name: string, microphoneOn = true) => ({ ...participant(identity, { name, microphoneOn }), stale: false });
const refusal = (status: number) => new ApiError(failureFrom(status, undefined, null));

function show(own: string, remotes: CallState['remotes']) {
  const state: CallState = { phase: 'connected', local: { ...view(own, 'Me'), isLocal: true }, remotes, camera: 'on', microphone: 'on', share: 'off', room: NO_ROOM_STATE, audioBlocked: false };
  render(
    <QueryClientProvider client={new QueryClient()}>
      <PeoplePanel state={state} room={ROOM} onClose={() => undefined} />
    </QueryClientProvider>,
  );
}

describe('the list of people', () => {
  const texts = () => toasts.list.get().map((toast) => toast.text);
  const lock = () => screen.getByTestId('lock-room');
  const flip = () => fireEvent.click(screen.getByLabelText('Lock the room', { selector: 'input' }));

  beforeEach(() => {
    toasts.list.set([]);
    vi.restoreAllMocks();
    vi.spyOn(rooms, 'get').mockResolvedValue(ROOM);
  });
  afterEach(cleanup);

  it('shows everyone who the host is, and gives guests no controls', () => {
    show('2:tab', [view('1:tab', 'Ana')]);
    expect(screen.getAllByTestId('host-badge')).toHaveLength(1);
    expect(within(screen.getAllByTestId('person')[1] as HTMLElement).getByTestId('host-badge')).toBeTruthy();
    expect(screen.queryByTestId('host-section')).toBeNull();
    fireEvent.click(screen.getByTestId('person-menu'));
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
    await waitFor(() => expect(texts()).toEqual(['Bo is muted, and may unmute themselves.']));
    expect(mute.mock.calls).toEqual([[1, '2:a'], [1, '2:b']]);
  });

  it('asks before it bans, and says in words when that is refused', async () => {
    const ban = vi.spyOn(host, 'ban').mockRejectedValue(refusal(404));
    show('1:tab', [view('2:a', 'Bo')]);
    fireEvent.click(screen.getByTestId('person-menu'));
    fireEvent.click(screen.getByTestId('person-ban'));
    expect(ban).not.toHaveBeenCalled();
    fireEvent.click(screen.getByTestId('host-confirm'));
    await waitFor(() => expect(texts()).toEqual(['They are not here any more.']));
    expect(ban).toHaveBeenCalledWith(1, 2);
  });

  it('shows the lock at once, and takes it back when the server refuses', async () => {
    let refuse: (error: unknown) => void = () => undefined;
    vi.spyOn(host, 'setLocked').mockReturnValue(new Promise((_, reject) => (refuse = reject)));
    show('1:tab', []);
    flip();
    await waitFor(() => expect(lock().dataset.state).toBe('on'));
    refuse(refusal(503));
    await waitFor(() => expect(lock().dataset.state).toBe('off'));
    expect(texts()).toEqual(['The server cannot do this at the moment. Try again in a while.']);
  });

  it('lists the banned, and unbans them', async () => {
    vi.spyOn(host, 'bans').mockResolvedValueOnce([{ user: 2, name: 'Bo', bannedOn: '2026-11-23T06:00:00Z' }]).mockResolvedValue([]);
    const unban = vi.spyOn(host, 'unban').mockResolvedValue();
    show('1:tab', []);
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
