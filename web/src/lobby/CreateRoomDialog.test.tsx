// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '../i18n';
import { rooms } from '../api';
import { ApiError, failureFrom } from '../api/errors';
import { ROOM } from '../test/fakes';
import { toasts } from '../ui/toasts';
import CreateRoomDialog from './CreateRoomDialog';

describe('the dialog for a new room', () => {
  const onClose = vi.fn();
  const texts = () => toasts.list.get().map((toast) => toast.text);

  beforeEach(() => {
    onClose.mockClear();
    toasts.list.set([]);
    render(
      <QueryClientProvider client={new QueryClient()}>
        <CreateRoomDialog open onClose={onClose} />
      </QueryClientProvider>,
    );
  });
  afterEach(cleanup);

  const button = () => screen.getByTestId<HTMLButtonElement>('create-submit');
  const title = (value: string) => fireEvent.change(screen.getByLabelText(/^Title/), { target: { value } });

  it('lets one create from the first letter of a title on, and not without', async () => {
    expect(button().disabled).toBe(true);
    title('Standup');
    await waitFor(() => expect(button().disabled).toBe(false));
    title('   ');
    await waitFor(() => expect(button().disabled).toBe(true));
  });

  it('creates, says so, and closes', async () => {
    const create = vi.spyOn(rooms, 'create').mockResolvedValue(ROOM);
    title(' Standup ');
    await waitFor(() => expect(button().disabled).toBe(false));
    fireEvent.click(button());
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(create).toHaveBeenCalledWith({ title: 'Standup', description: '', typeOf: 'OTA', allowGuests: false, waitingRoom: false, scheduledOn: null });
    expect(texts()).toEqual(['Room created']);
  });

  it('takes a time, guests and a waiting room from behind its options', async () => {
    const create = vi.spyOn(rooms, 'create').mockResolvedValue(ROOM);
    title('Standup');
    fireEvent.click(screen.getByTestId('room-options'));
    fireEvent.change(screen.getByTestId('time-scheduledOn'), { target: { value: '2027-01-31T09:30' } });
    fireEvent.click(screen.getByTestId('option-guests'));
    fireEvent.click(screen.getByTestId('option-waiting-room'));
    await waitFor(() => expect(button().disabled).toBe(false));
    fireEvent.click(button());
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(create).toHaveBeenCalledWith(
      expect.objectContaining({ allowGuests: true, waitingRoom: true, scheduledOn: new Date('2027-01-31T09:30').toISOString() }),
    );
  });

  it('closes when one is not logged in any more', async () => {
    vi.spyOn(rooms, 'create').mockRejectedValue(new ApiError(failureFrom(401, undefined, null)));
    title('Standup');
    await waitFor(() => expect(button().disabled).toBe(false));
    fireEvent.click(button());
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(texts()).toEqual(['You are not logged in.']);
  });

  it('shows what the server says of the title, and stays open', async () => {
    vi.spyOn(rooms, 'create').mockRejectedValue(new ApiError(failureFrom(400, { title: ['There is one already'] }, null)));
    title('Standup');
    await waitFor(() => expect(button().disabled).toBe(false));
    fireEvent.click(button());
    await screen.findByText('There is one already');
    expect(onClose).not.toHaveBeenCalled();
  });
});
