import { describe, expect, it } from 'vitest';
import { sampleAfter } from '../test/stats';
import { LoadSteps, measure, strained, STRAIN, type LoadMeasure, type Step } from './load';

const CALM: LoadMeasure = { encoderLimited: 0, framesReceived: 100, framesDropped: 2, stallMs: 20 };

describe('a measurement', () => {
  it('is taken from the growth of the browser’s counters', () => {
    const before = sampleAfter(10, { sending: { out: { qualityLimitationDurations: { none: 9, cpu: 1 } } } });
    const now = sampleAfter(15, { sending: { out: { qualityLimitationDurations: { none: 10, cpu: 5 } } }, receiving: { in: { framesDropped: 30 } } });
    expect(measure(before, now, 40)).toEqual({ encoderLimited: 0.8, framesReceived: 100, framesDropped: 30, stallMs: 40 });
  });

  it('is calm where a browser does not count', () => {
    const bare = (seconds: number) => ({ ...sampleAfter(seconds), receiving: [], sending: [{ id: 'x', type: 'outbound-rtp', kind: 'video' }] });
    expect(strained(measure(bare(1), bare(6), 0))).toBe(false);
  });

  it.each<[string, Partial<LoadMeasure>, boolean]>([
    ['nothing', {}, false],
    ['the encoder limited half of the time', { encoderLimited: 0.5 }, true],
    ['the encoder limited now and then', { encoderLimited: 0.3 }, false],
    ['a sixth of the frames dropped', { framesDropped: 17 }, true],
    ['most of a handful of frames dropped', { framesReceived: 10, framesDropped: 9 }, false],
    ['a page that waits for its turn', { stallMs: 800 }, true],
  ])('with %s', (_, changes, expected) => {
    expect(strained({ ...CALM, ...changes })).toBe(expected);
  });
});

describe('the steps', () => {
  const always = () => true;
  /** Takes measurements every five seconds, and tells the step after each. */
  const driver = (helps: (step: Step) => boolean = always) => {
    const steps = new LoadSteps();
    let now = 0;
    return (isStrained: boolean, seconds: number): Step => {
      for (const end = now + seconds * 1_000; now < end; ) {
        now += 5_000;
        steps.take(isStrained, now, helps);
      }
      return steps.step;
    };
  };

  it('are taken after some seconds of strain each, to the last', () => {
    const run = driver();
    expect([run(true, 10), run(true, 5), run(true, 15), run(true, 15), run(true, 60)]).toEqual([0, 1, 2, 3, 3]);
  });

  it('are not taken for strain that comes and goes', () => {
    const run = driver();
    for (let round = 0; round < 10; round += 1) {
      expect(run(true, 10)).toBe(0);
      expect(run(false, 5)).toBe(0);
    }
  });

  it('pass over those that change nothing', () => {
    const run = driver((step) => step === 3);
    expect(run(true, 15)).toBe(3);
    expect(run(false, STRAIN.calmMs / 1_000 + 5)).toBe(0);
  });

  it('are taken back one by one after a calm minute', () => {
    const run = driver();
    run(true, 45);
    expect([run(false, 55), run(false, 10), run(false, 55), run(false, 5)]).toEqual([3, 2, 2, 1]);
    expect(run(false, 60)).toBe(0);
  });

  it('are taken back later each time the strain returns soon, so that nothing flaps', () => {
    const run = driver();
    run(true, 15);
    expect(run(false, 65)).toBe(0);
    expect(run(true, 15)).toBe(1);
    expect(run(false, 65)).toBe(1);
    expect(run(false, 60)).toBe(0);
    expect(run(true, 15)).toBe(1);
    expect(run(false, 125)).toBe(1);
    expect(run(false, 120)).toBe(0);
  });
});
