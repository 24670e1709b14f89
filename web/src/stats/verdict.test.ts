import { describe, expect, it } from 'vitest';
import { figures, type Figures } from './figures';
import { sampleAfter } from '../test/stats';
import { verdict } from './verdict';

type Changes = Parameters<typeof sampleAfter>[1];
const measured = (changes?: Changes): Figures => figures(sampleAfter(1), sampleAfter(3, changes));
const ids = (changes?: Changes) => verdict(measured(changes), true).map(({ id, grade }) => `${id} ${grade}`);

describe('the verdict', () => {
  it('is that all is fine, when it is', () => {
    expect(ids()).toEqual(['fine good']);
  });

  it('waits for a path, and says when there is no connection', () => {
    expect(verdict(undefined, true)).toEqual([{ id: 'measuring', grade: 'good' }]);
    expect(verdict({ ...measured(), paths: [] }, true)).toEqual([{ id: 'measuring', grade: 'good' }]);
    expect(verdict(measured(), false)).toEqual([{ id: 'reconnecting', grade: 'poor' }]);
  });

  it.each([
    [3, []],
    [4, ['uploadLoss fair']],
    [9, ['uploadLoss fair']],
    [10, ['uploadLoss poor']],
  ])('of %i lost among 200 sent is %o', (lost, expected) => {
    expect(ids({ sending: { remote: { packetsLost: lost } } })).toEqual(expected.length === 0 ? ['fine good'] : expected);
  });

  it('says how much is lost', () => {
    expect(verdict(measured({ sending: { remote: { packetsLost: 16 } } }), true)[0]).toEqual({ id: 'uploadLoss', grade: 'poor', percent: 8 });
    expect(verdict(measured({ receiving: { in: { packetsLost: 100 }, sound: { packetsLost: 50 } } }), true)[0]).toEqual({ id: 'downloadLoss', grade: 'poor', percent: 33 });
  });

  it('does not judge a handful of packets', () => {
    const few = (seconds: number) => sampleAfter(seconds, { receiving: { in: { packetsReceived: seconds * 10, packetsLost: seconds * 5 }, sound: { packetsReceived: 0 } } });
    expect(verdict(figures(few(1), few(2)), true)[0].id).toBe('fine');
  });

  it('puts the worst first', () => {
    const changes: Changes = {
      sending: { Ps: { currentRoundTripTime: 0.2 }, remote: { roundTripTime: 0.2 }, out: { qualityLimitationReason: 'bandwidth' }, Rs: { protocol: 'tcp' } },
      receiving: { Pr: { currentRoundTripTime: 0.2 }, in: { packetsLost: 60, jitter: 0.07 } },
    };
    expect(ids(changes)).toEqual(['downloadLoss poor', 'jitter poor', 'rtt fair', 'bandwidth fair', 'tcp fair']);
    expect(ids({ sending: { Ps: { currentRoundTripTime: 0.31 }, remote: { roundTripTime: 0.4 }, out: { qualityLimitationReason: 'cpu' } }, receiving: { Pr: { currentRoundTripTime: 0.3 } } })).toEqual(['rtt poor', 'cpu fair']);
  });
});
