// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '../i18n';
import { invitations } from '../api';
import { ApiError, failureFrom } from '../api/errors';
import * as clipboard from '../ui/clipboard';
import { toasts } from '../ui/toasts';
import { CopyLink } from './CopyLink';

describe('the link of an invite-only room', () => {
  const link = 'https://calls.example/r/roomabc?invitation=t';
  const texts = () => toasts.list.get().map((toast) => toast.text);
  const click = () => fireEvent.click(screen.getByTestId('copy-link'));

  beforeEach(() => {
    toasts.list.set([]);
    render(<CopyLink room={7} />);
  });
  afterEach(() => {
    cleanup();
    vi.restoreAllMocks();
  });

  it('is an invitation, made once and copied with every click', async () => {
    const create = vi.spyOn(invitations, 'createLink').mockResolvedValue(link);
    const copy = vi.spyOn(clipboard, 'copyText').mockResolvedValue(true);
    expect(screen.queryByTestId('room-link')).toBeNull();
    click();
    await waitFor(() => expect(texts()).toEqual(['Link copied']));
    expect(screen.getByTestId<HTMLInputElement>('room-link').value).toBe(link);
    click();
    await waitFor(() => expect(copy).toHaveBeenCalledTimes(2));
    expect(copy).toHaveBeenLastCalledWith(link);
    expect(create).toHaveBeenCalledExactlyOnceWith(7);
  });

  it('says why there is none', async () => {
    const error = new ApiError(failureFrom(403, { detail: 'The room has as many invitations as it may.' }, null));
    vi.spyOn(invitations, 'createLink').mockRejectedValue(error);
    click();
    await waitFor(() => expect(texts()).toEqual(['The room has as many invitations as it may.']));
    expect(screen.queryByTestId('room-link')).toBeNull();
  });
});
