import { describe, expect, it } from 'vitest';
import { figures } from './figures';
import { ANA, ANA_SOUND, CAMERA, sampleAfter } from '../test/stats';

describe('figures', () => {
  it('are rates of the time between two samples', () => {
    const { seconds, flows } = figures(sampleAfter(10), sampleAfter(14));
    expect(seconds).toBe(4);
    expect(flows.find(({ direction }) => direction === 'send')).toMatchObject({
      track: CAMERA, layer: 'h', active: true, bitrateBps: 500_000, lossShare: 0, rttMs: 50, jitterMs: 4, codec: 'VP8', width: 640, height: 360, framesPerSecond: 24, limitation: undefined, coder: 'libvpx',
    });
    expect(flows.find(({ track }) => track === ANA)).toMatchObject({ direction: 'receive', bitrateBps: 400_000, lossShare: 0, jitterMs: 6, width: 320, framesPerSecond: 20, freezes: 1 });
    expect(flows.find(({ track }) => track === ANA_SOUND)).toMatchObject({ kind: 'audio', codec: 'opus', bitrateBps: 40_000, level: 0.25, framesPerSecond: undefined });
  });

  it('weigh losses by packets', () => {
    const now = sampleAfter(2, { sending: { remote: { packetsLost: 8 } }, receiving: { in: { packetsLost: 100 } } });
    const { send, receive, flows } = figures(sampleAfter(1), now);
    expect(send.lossShare).toBeCloseTo(0.08);
    expect(flows.find(({ track }) => track === ANA)?.lossShare).toBeCloseTo(0.5);
    // 100 of 250 packets in all.
    expect(receive.lossShare).toBeCloseTo(0.4);
  });

  it('do not count backwards when a stream begins anew or a lost packet turns up late', () => {
    const { flows } = figures(sampleAfter(10, { receiving: { in: { packetsLost: 5 } } }), { ...sampleAfter(3), at: 20_000 });
    expect(flows.every(({ bitrateBps, lossShare }) => bitrateBps >= 0 && (lossShare ?? 0) >= 0)).toBe(true);
    expect(flows.every(({ active }) => !active)).toBe(true);
  });

  it('tell the path by its kinds of address and the server’s address, and never one’s own', () => {
    const { paths } = figures(sampleAfter(1), sampleAfter(2));
    expect(paths).toMatchObject([
      { direction: 'send', protocol: 'UDP', localType: 'prflx', remoteType: 'host', server: '203.0.113.5:7882', rttMs: 40, availableBps: 2_500_000 },
      { direction: 'receive', protocol: 'UDP' },
    ]);
    expect(JSON.stringify(paths)).not.toContain('192.168');
  });

  it('find the path where there is no transport, write IPv6 in brackets, and know TCP', () => {
    const sending = sampleAfter(2).sending
      .filter(({ type }) => type !== 'transport')
      .map((entry) => (entry.type === 'candidate-pair' ? { ...entry, nominated: true, state: 'succeeded' } : entry.type === 'remote-candidate' ? { ...entry, address: '2001:db8::5', protocol: 'tcp' } : entry));
    expect(figures(sampleAfter(1), { ...sampleAfter(2), sending }).paths[0]).toMatchObject({ protocol: 'TCP', server: '[2001:db8::5]:7882' });
  });

  it('are undefined where a browser does not tell', () => {
    const bare = (packets: number) => [{ id: 'x', type: 'outbound-rtp', kind: 'video', packetsSent: packets, bytesSent: packets * 1_000 }];
    const { flows, paths, rttMs, send } = figures({ ...sampleAfter(1), sending: bare(0), receiving: [] }, { ...sampleAfter(2), sending: bare(10), receiving: [] });
    expect(flows).toMatchObject([{ track: CAMERA, bitrateBps: 80_000, lossShare: undefined, rttMs: undefined, codec: undefined, width: undefined, limitation: undefined }]);
    expect({ paths, rttMs, loss: send.lossShare }).toEqual({ paths: [], rttMs: undefined, loss: undefined });
  });

  it('name no track where it may be one of two', () => {
    const tracks = new Map([...sampleAfter(2).tracks, ['own-screen', { ...CAMERA, source: 'screen' as const }]]);
    const sending = [{ id: 'x', type: 'outbound-rtp', kind: 'video', packetsSent: 10 }];
    expect(figures(sampleAfter(1), { ...sampleAfter(2), sending, tracks }).flows[0]?.track).toBeUndefined();
  });

  it('name what limits a picture, while it is sent', () => {
    const limited = (seconds: number) => sampleAfter(seconds, { sending: { out: { qualityLimitationReason: 'cpu' } } });
    expect(figures(sampleAfter(1), limited(2)).flows[0]?.limitation).toBe('cpu');
    expect(figures(limited(2), { ...limited(2), at: 9_000 }).flows[0]?.limitation).toBeUndefined();
  });
});
