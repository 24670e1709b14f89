// @vitest-environment jsdom
import { act, cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import '../i18n';
import type { CallState } from '../call/model';
import { NO_ROOM_STATE } from '../call/roomState';
import { tellRule } from '../host/tellRules';
import { toasts } from '../ui/toasts';
import { Store } from '../ui/store';
import type { DeviceNotice } from './capture';
import { DeviceNotices } from './DeviceNotices';

const texts = () => toasts.list.get().map(({ text }) => text);

function muting() {
  let notify: (notice: DeviceNotice) => void = () => undefined;
  const devices = {
    state: new Store({ camera: undefined, microphone: undefined }),
    onNotice: (listener: (notice: DeviceNotice) => void) => {
      notify = listener;
      return () => undefined;
    },
    choose: () => undefined,
    turnAround: () => undefined,
  };
  const state = (unmuteDisabled: boolean) => ({ room: { ...NO_ROOM_STATE, unmuteDisabled }, local: { identity: '2:a' } }) as CallState;
  const call = { state: new Store(state(false)) };
  render(<DeviceNotices devices={devices} call={call} />);
  return {
    muted: () => act(() => notify({ kind: 'silencedByHost', device: 'microphone' })),
    forbidden: () =>
      act(() => {
        call.state.set(state(true));
        tellRule('unmuteOff');
      }),
  };
}

describe('being muted by a host', () => {
  afterEach(() => {
    cleanup();
    for (const { id } of toasts.list.get()) toasts.close(id);
  });

  it('is told', () => {
    muting().muted();
    expect(texts()).toEqual(['The host muted you.']);
  });

  it('is told once where unmuting is forbidden, whichever comes first', () => {
    const first = muting();
    first.muted();
    first.forbidden();
    expect(texts()).toEqual(['A host has muted everyone. Only hosts may unmute at the moment.']);
    first.muted();
    expect(texts()).toEqual(['A host has muted everyone. Only hosts may unmute at the moment.']);
    tellRule('unmuteOn');
    expect(texts()).toEqual(['You may unmute yourself again.']);
  });
});
