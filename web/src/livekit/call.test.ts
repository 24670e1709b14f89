import { ConnectionError, DisconnectReason } from 'livekit-client';
import { describe, expect, it } from 'vitest';
import { connectError, endReason, PatientReconnectPolicy } from './call';

describe('why the library disconnected', () => {
  it.each([
    [DisconnectReason.CLIENT_INITIATED, 'left'],
    [DisconnectReason.DUPLICATE_IDENTITY, 'replaced'],
    [DisconnectReason.SERVER_SHUTDOWN, 'shutdown'],
    [DisconnectReason.PARTICIPANT_REMOVED, 'removed'],
    [DisconnectReason.ROOM_DELETED, 'deleted'],
    [DisconnectReason.ROOM_CLOSED, 'ended'],
    [DisconnectReason.STATE_MISMATCH, 'lost'],
    [undefined, 'lost'],
  ])('%s is %s', (reason, end) => {
    expect(endReason(reason)).toBe(end);
  });
});

describe('why the library could not connect', () => {
  it.each([
    [ConnectionError.notAllowed('', 401), 'failed', true],
    [ConnectionError.notAllowed('', 403), 'forbidden', true],
    [ConnectionError.notAllowed('', 404), 'notFound', false],
    [ConnectionError.serverUnreachable(''), 'failed', false],
    [ConnectionError.timeout(''), 'failed', false],
    [ConnectionError.leaveRequest('', DisconnectReason.SERVER_SHUTDOWN), 'shutdown', false],
    [ConnectionError.leaveRequest('', DisconnectReason.JOIN_FAILURE), 'failed', false],
    [new Error('x'), 'failed', false],
  ])('%s', (error, reason, tokenRefused) => {
    expect(connectError(error)).toMatchObject({ reason, tokenRefused });
  });
});

describe('reconnecting', () => {
  const policy = new PatientReconnectPolicy(() => 0.5);

  it('begins at once, slows down, and spreads the crowd', () => {
    const delays = [0, 1, 2, 3, 4, 5, 50].map((retryCount) => policy.nextRetryDelayInMs({ retryCount, elapsedMs: 0 }));
    expect(delays).toEqual([0, 800, 1_500, 2_500, 4_500, 5_500, 5_500]);
  });

  it('gives up after minutes, not before', () => {
    expect(policy.nextRetryDelayInMs({ retryCount: 60, elapsedMs: 4 * 60_000 })).not.toBeNull();
    expect(policy.nextRetryDelayInMs({ retryCount: 60, elapsedMs: 5 * 60_000 + 1 })).toBeNull();
  });
});
