// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import '../i18n';
import { LocalMedia } from '../devices/devices';
import { FakeTrack, fakeTrack } from '../test/fakes';
import { Preview } from './Preview';

// The audio of a real browser, which a picture does not need.
vi.mock('../effects/rnnoise', () => ({}));

beforeEach(() => {
  vi.stubGlobal('MediaStreamTrack', FakeTrack);
  vi.stubGlobal('MediaStream', EventTarget);
});
afterEach(cleanup);

it.each([
  ['user', 'scaleX(-1)'],
  [undefined, 'scaleX(-1)'],
  ['environment', ''],
])('shows oneself as in a mirror, and what a camera at the back sees as it is: %s', (facingMode, transform) => {
  const cameraTrack = fakeTrack('video', '', facingMode === undefined ? {} : { facingMode });
  const media = new LocalMedia({ getUserMedia: () => Promise.reject(new Error('none')), permission: () => Promise.resolve(undefined) });
  render(<Preview name="Ana" account="1" media={media} state={{ camera: 'on', microphone: 'off', cameraTrack, microphoneTrack: undefined, problem: undefined }} />);
  expect(getComputedStyle(screen.getByTestId('video')).transform).toBe(transform);
});
