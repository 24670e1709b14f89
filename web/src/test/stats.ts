// Reports as Chromium gives them, cut to what is read.
import type { StatsEntry, StatsSample, TrackLabel } from '../stats/port';

export const CAMERA: TrackLabel = { identity: '1:tab', name: 'Me', isLocal: true, source: 'camera' };
export const ANA: TrackLabel = { identity: '2:tab', name: 'Ana', isLocal: false, source: 'camera' };
export const ANA_SOUND: TrackLabel = { ...ANA, source: 'microphone' };

const TRACKS = new Map([['own-camera', CAMERA], ['ana-camera', ANA], ['ana-sound', ANA_SOUND]]);

const TRANSPORT = (id: string): StatsEntry[] => [
  { id: `T${id}`, type: 'transport', selectedCandidatePairId: `P${id}` },
  { id: `P${id}`, type: 'candidate-pair', localCandidateId: `L${id}`, remoteCandidateId: `R${id}`, currentRoundTripTime: 0.04, availableOutgoingBitrate: 2_500_000 },
  { id: `L${id}`, type: 'local-candidate', candidateType: 'prflx', protocol: 'udp', address: '192.168.1.7', port: 50_000 },
  { id: `R${id}`, type: 'remote-candidate', candidateType: 'host', protocol: 'udp', address: '203.0.113.5', port: 7882 },
];

/** A call that sends one layer and receives a picture and a sound, after so many seconds of 100 packets each. */
export function sampleAfter(seconds: number, changes: { sending?: Record<string, StatsEntry>; receiving?: Record<string, StatsEntry> } = {}): StatsSample {
  const merge = (entries: StatsEntry[], by: Record<string, StatsEntry> = {}) => entries.map((entry) => ({ ...entry, ...by[String(entry.id)] }));
  return {
    at: 1_000 + seconds * 1_000,
    sending: merge(
      [
        ...TRANSPORT('s'),
        { id: 'VP8', type: 'codec', mimeType: 'video/VP8' },
        { id: 'source', type: 'media-source', kind: 'video', trackIdentifier: 'own-camera' },
        { id: 'out', type: 'outbound-rtp', kind: 'video', mediaSourceId: 'source', remoteId: 'remote', codecId: 'VP8', rid: 'h', packetsSent: seconds * 100, bytesSent: seconds * 62_500, framesEncoded: seconds * 24, frameWidth: 640, frameHeight: 360, qualityLimitationReason: 'none', encoderImplementation: 'libvpx' },
        { id: 'remote', type: 'remote-inbound-rtp', packetsLost: 0, roundTripTime: 0.05, jitter: 0.004 },
      ],
      changes.sending,
    ),
    receiving: merge(
      [
        ...TRANSPORT('r'),
        { id: 'VP8', type: 'codec', mimeType: 'video/VP8' },
        { id: 'opus', type: 'codec', mimeType: 'audio/opus' },
        { id: 'in', type: 'inbound-rtp', kind: 'video', trackIdentifier: 'ana-camera', codecId: 'VP8', packetsReceived: seconds * 100, packetsLost: 0, bytesReceived: seconds * 50_000, framesReceived: seconds * 20, framesDecoded: seconds * 20, framesDropped: 0, frameWidth: 320, frameHeight: 180, jitter: 0.006, freezeCount: 1, decoderImplementation: 'libvpx' },
        { id: 'sound', type: 'inbound-rtp', kind: 'audio', trackIdentifier: 'ana-sound', codecId: 'opus', packetsReceived: seconds * 50, packetsLost: 0, bytesReceived: seconds * 5_000, jitter: 0.002, audioLevel: 0.25 },
      ],
      changes.receiving,
    ),
    tracks: TRACKS,
  };
}
