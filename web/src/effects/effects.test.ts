import { describe, expect, it, vi } from 'vitest';
import { FakeEffectsPort, settle } from '../test/fakes';
import type { KeptStorage } from '../ui/storage';
import { EffectChoices, NO_EFFECTS, type NoiseChoice } from './effectChoice';
import { EffectsModel } from './model';
import { browserSuppresses, canSuppressStrongly, noiseChoices, possibleNoise, StartWatch } from './noise';

function memory(content?: string): KeptStorage {
  let kept = content ?? null;
  return { getItem: () => kept, setItem: (_, value) => (kept = value) };
}

describe('what a person chose', () => {
  it('is there at the next visit', () => {
    const storage = memory();
    new EffectChoices(storage).remember({ noise: 'strong' });
    expect(new EffectChoices(storage).state.get().noise).toBe('strong');
  });

  it.each(['{', 'null', '[]', '{"noise":"loud"}', '{"noise":7}', '{"background":"beach"}'])('is nothing where the storage holds %s', (content) => {
    expect(new EffectChoices(memory(content)).state.get()).toEqual(NO_EFFECTS);
  });
});

describe('noise suppression that a browser has', () => {
  it('is strong only with an audio worklet and WebAssembly', () => {
    const browser = { AudioContext: 1, AudioWorkletNode: 1, MediaStreamAudioDestinationNode: 1, WebAssembly: 1 };
    expect(canSuppressStrongly(browser)).toBe(true);
    for (const missing of Object.keys(browser)) {
      expect(canSuppressStrongly(Object.fromEntries(Object.entries(browser).filter(([name]) => name !== missing)))).toBe(false);
    }
    expect(noiseChoices(false)).toEqual(['off', 'browser']);
    expect(noiseChoices(true)).toContain('strong');
  });

  it('is its own in place of a strong one that it has not', () => {
    expect(possibleNoise('strong', false)).toBe('browser');
    expect(possibleNoise('strong', true)).toBe('strong');
    expect(possibleNoise('off', false)).toBe('off');
  });

  it('is never two suppressors in a row', () => {
    expect((['off', 'browser', 'strong'] as const).filter(browserSuppresses)).toEqual(['browser']);
  });
});

describe('a suppressor that was started', () => {
  it('works as soon as something comes out', () => {
    expect(new StartWatch().look(false, false, 250)).toBe('works');
  });

  it('has not failed while the room is silent', () => {
    const watch = new StartWatch();
    for (let look = 0; look < 100; look += 1) expect(watch.look(true, true, 250)).toBe('waiting');
  });

  it('has failed when seconds of sound went in and nothing came out', () => {
    const watch = new StartWatch();
    const looks = Array.from({ length: 12 }, () => watch.look(false, true, 250));
    expect(looks.indexOf('failed')).toBe(11);
  });

  it('has not failed while its clock stands, as before the first click', () => {
    const watch = new StartWatch();
    for (let look = 0; look < 100; look += 1) expect(watch.look(false, true, 0)).toBe('waiting');
  });
});

describe('effects in the call', () => {
  function start(noise: NoiseChoice, port = new FakeEffectsPort(), strongNoise = true) {
    const choices = new EffectChoices(memory(JSON.stringify({ noise })));
    const notify = vi.fn();
    return { port, choices, notify, model: new EffectsModel(port, choices, notify, strongNoise) };
  }

  it('begin with what was chosen before', () => {
    expect(start('strong').port.noises).toEqual(['strong']);
  });

  it('are those that the browser has', () => {
    expect(start('strong', new FakeEffectsPort(), false).port.noises).toEqual(['browser']);
  });

  it('are remembered', () => {
    const { model, choices, port } = start('browser');
    model.setNoise('off');
    expect(choices.state.get().noise).toBe('off');
    expect(port.noises).toEqual(['browser', 'off']);
  });

  it('give way to the browser’s own, with words, when they do not start', async () => {
    const port = new FakeEffectsPort();
    const { model, choices, notify } = start('browser', port);
    port.result = Promise.reject(new Error('no worklet'));
    port.result.catch(() => undefined);
    model.setNoise('strong');
    await settle();
    expect(notify).toHaveBeenCalledExactlyOnceWith('noise');
    expect(choices.state.get().noise).toBe('browser');
    expect(port.noises).toEqual(['browser', 'strong', 'browser']);
  });

  it('begin with the background that was chosen before, and change it', () => {
    const port = new FakeEffectsPort();
    const choices = new EffectChoices(memory('{"background":"dusk"}'));
    const model = new EffectsModel(port, choices, vi.fn());
    model.setBackground('blurLight');
    expect(port.backgrounds).toEqual(['dusk', 'blurLight']);
    expect(choices.state.get().background).toBe('blurLight');
  });

  it.each(['background', 'backgroundSlow'] as const)('go back to no background, with words, for %s', (problem) => {
    const { port, choices, notify, model } = start('off');
    model.setBackground('blurStrong');
    port.problem(problem);
    expect(notify).toHaveBeenCalledExactlyOnceWith(problem);
    expect(choices.state.get()).toEqual({ noise: 'off', background: 'none' });
    expect(port.backgrounds).toEqual(['none', 'blurStrong', 'none']);
  });

  it('say it once when a background does not start, and have none from then on', async () => {
    const port = new FakeEffectsPort();
    const { model, choices, notify } = start('browser', port);
    port.result = Promise.reject(new Error('no worker'));
    port.result.catch(() => undefined);
    model.setBackground('forest');
    await settle();
    expect(notify).toHaveBeenCalledExactlyOnceWith('background');
    expect(choices.state.get().background).toBe('none');
  });

  it('give way when they break later', () => {
    const { port, choices, notify } = start('strong');
    port.problem('noise');
    expect(notify).toHaveBeenCalledExactlyOnceWith('noise');
    expect(choices.state.get().noise).toBe('browser');
  });
});
