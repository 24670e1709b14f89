// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallModel } from '../call/model';
import { PreferenceStore } from '../settings/preferences';
import { FakeDevices } from '../test/devices';
import { fakeTrack, FakePort, participant } from '../test/fakes';
import { listenForHolding } from './holdKeys';
import { HoldToTalk } from './holdToTalk';
import { MutedSpeech } from './mutedSpeech';

let port: FakePort;
let call: CallModel;
let preferences: PreferenceStore;
let hold: HoldToTalk;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = '<button id="button">b</button><input id="field"><div role="dialog"><button id="in-dialog">d</button></div><div data-hold-to-talk><button id="talk">t</button></div>';
  port = new FakePort();
  port.change({ connection: 'connected' });
  call = new CallModel(port, { notify: () => undefined, ended: () => undefined });
  preferences = new PreferenceStore(undefined);
  hold = new HoldToTalk(call, preferences);
  stop = listenForHolding(hold);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

const settled = () => vi.advanceTimersByTimeAsync(10);
const on = () => port.local.microphoneOn;
function key(type: 'keydown' | 'keyup', init: KeyboardEventInit = {}, target: EventTarget = document.activeElement ?? document.body) {
  const event = new KeyboardEvent(type, { key: ' ', code: 'Space', bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
}
async function heldDown() {
  key('keydown');
  await settled();
  expect(on()).toBe(true);
}

describe('the space bar, held while the microphone is off', () => {
  it('turns it on until it is let go', async () => {
    await heldDown();
    key('keydown', { repeat: true });
    key('keyup');
    await settled();
    expect(on()).toBe(false);
    expect(port.deviceCalls).toEqual([['microphone', true], ['microphone', false]]);
  });

  it('ends off when it is let go before the microphone was on', async () => {
    key('keydown');
    key('keyup');
    await settled();
    expect(on()).toBe(false);
    expect(call.state.get().microphone).toBe('off');
  });

  it.each([
    ['the window loses the focus', () => window.dispatchEvent(new Event('blur'))],
    ['the page is left', () => window.dispatchEvent(new Event('pagehide'))],
    ['the focus moves into a field', () => document.getElementById('field')?.focus()],
    ['a dialog takes the focus', () => document.getElementById('in-dialog')?.focus()],
    ['another key joins in', () => key('keydown', { key: 'Meta', metaKey: true })],
    ['the view goes away', () => stop()],
    [
      'the tab is hidden',
      () => {
        vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
        document.dispatchEvent(new Event('visibilitychange'));
      },
    ],
  ])('goes off when %s', async (_, happens) => {
    await heldDown();
    happens();
    await settled();
    expect(on()).toBe(false);
  });

  it('goes off when its repetition stops and its release got lost', async () => {
    await heldDown();
    for (let turn = 0; turn < 5; turn += 1) {
      await vi.advanceTimersByTimeAsync(400);
      key('keydown', { repeat: true });
    }
    expect(on()).toBe(true);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(on()).toBe(false);
  });

  it.each([
    ['someone types', () => document.getElementById('field')?.focus()],
    ['a dialog has the focus', () => document.getElementById('in-dialog')?.focus()],
    ['a button has the focus by keyboard', () => { key('keydown', { key: 'Tab' }); document.getElementById('button')?.focus(); }],
    ['it is switched off', () => preferences.set('holdSpace', false)],
    ['it comes with Ctrl', () => undefined, { ctrlKey: true }],
  ] as [string, () => void, KeyboardEventInit?][])('does nothing when %s', async (_, prepare, init) => {
    prepare();
    const event = key('keydown', init);
    await settled();
    expect(on()).toBe(false);
    expect(event.defaultPrevented).toBe(false);
  });

  it('does not press a button that was only clicked', async () => {
    window.dispatchEvent(new Event('pointerdown'));
    document.getElementById('button')?.focus();
    expect(key('keydown').defaultPrevented).toBe(true);
    await settled();
    expect(on()).toBe(true);
    expect(key('keyup').defaultPrevented).toBe(true);
  });

  it('leaves a microphone alone that is on', async () => {
    call.toggle('microphone');
    await settled();
    expect(key('keydown').defaultPrevented).toBe(false);
    key('keyup');
    await settled();
    expect(on()).toBe(true);
  });
});

describe('push-to-talk', () => {
  it('turns a microphone off that is on, and lets nothing but holding turn it on', async () => {
    call.toggle('microphone');
    await settled();
    preferences.set('pushToTalk', true);
    await settled();
    expect(on()).toBe(false);
    port.change({ local: participant('1:tab', { isLocal: true, microphoneOn: true }) });
    await settled();
    expect(on()).toBe(false);
    await heldDown();
    key('keyup');
    await settled();
    expect(on()).toBe(false);
  });

  it('holds its own button with the space bar', async () => {
    preferences.set('pushToTalk', true);
    key('keydown', { key: 'Tab' });
    document.getElementById('talk')?.focus();
    await heldDown();
  });
});

describe('speaking with the microphone off', () => {
  function listening() {
    const devices = new FakeDevices();
    const heard = { level: 0 };
    const listen = vi.fn(() => ({ read: () => new Float32Array(64).fill(heard.level), close: vi.fn() }));
    const say = vi.fn();
    const speech = new MutedSpeech(call, devices, preferences, { listen, now: () => Date.now() });
    const unwatch = speech.watch(say);
    devices.state.set({ camera: undefined, microphone: { track: fakeTrack('audio'), id: 'm', label: 'M', facing: undefined } });
    const hear = async (level: number, milliseconds: number) => {
      heard.level = level;
      await vi.advanceTimersByTimeAsync(milliseconds);
    };
    return { say, hear, listen, devices, unwatch };
  }

  it('is said, and once in a while only', async () => {
    const { say, hear } = listening();
    await hear(0.1, 2_000);
    expect(say).toHaveBeenCalledOnce();
    await hear(0.1, 20_000);
    expect(say).toHaveBeenCalledOnce();
    await hear(0.1, 60_000);
    expect(say).toHaveBeenCalledTimes(2);
  });

  it('is not what a click of the keyboard or a quiet room is', async () => {
    const { say, hear } = listening();
    await hear(0.1, 300);
    await hear(0.004, 10_000);
    expect(say).not.toHaveBeenCalled();
  });

  it('is listened for only while the microphone is off, and only if one wants to be told', async () => {
    const { listen, unwatch } = listening();
    const closes = () => listen.mock.results.map(({ value }) => (value as { close: ReturnType<typeof vi.fn> }).close.mock.calls.length);
    expect(closes()).toEqual([0]);
    call.toggle('microphone');
    await settled();
    expect(closes()).toEqual([1]);
    call.toggle('microphone');
    await settled();
    expect(closes()).toEqual([1, 0]);
    preferences.set('warnMuted', false);
    expect(closes()).toEqual([1, 1]);
    unwatch();
    expect(listen).toHaveBeenCalledTimes(2);
  });
});
