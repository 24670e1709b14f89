// From two looks at the browser's counters to figures that a person can read: rates, shares and times of the seconds in between. In: two samples.
// Out: the path of each connection and one flow for each stream of media. What a browser does not tell is undefined, never zero.
import type { StatsEntry, StatsSample, TrackLabel } from './port';

export type Direction = 'send' | 'receive';

/** How media travels. Of the own side only the kind of address is told, since figures are copied into tickets. */
export interface Path {
  direction: Direction;
  protocol: 'UDP' | 'TCP';
  /** The kinds of address that the two ends have: host, srflx, prflx, relay. */
  localType: string;
  remoteType: string;
  /** The server's address and port. */
  server: string;
  rttMs: number | undefined;
  /** What the browser thinks that the line can carry. */
  availableBps: number | undefined;
}

export interface Flow {
  id: string;
  direction: Direction;
  kind: 'audio' | 'video';
  track: TrackLabel | undefined;
  /** The layer of a picture that is sent in several sizes. */
  layer: string | undefined;
  /** Whether anything was sent or received at all. */
  active: boolean;
  bitrateBps: number;
  /** Those that should have arrived. */
  packets: number;
  /** 0 to 1. */
  lossShare: number | undefined;
  jitterMs: number | undefined;
  rttMs: number | undefined;
  codec: string | undefined;
  width: number | undefined;
  height: number | undefined;
  framesPerSecond: number | undefined;
  /** Since the stream began. */
  freezes: number | undefined;
  limitation: 'cpu' | 'bandwidth' | 'other' | undefined;
  /** 0 to 1, of sound. */
  level: number | undefined;
  /** What encodes or decodes, as the browser names it. */
  coder: string | undefined;
}

export interface Totals {
  bitrateBps: number;
  lossShare: number | undefined;
}

export interface Figures {
  /** The time that they are of. */
  seconds: number;
  paths: readonly Path[];
  flows: readonly Flow[];
  send: Totals;
  receive: Totals;
  rttMs: number | undefined;
  /** The worst of what is received. */
  jitterMs: number | undefined;
}

type Entries = ReadonlyMap<unknown, StatsEntry>;

export function figures(before: StatsSample, now: StatsSample): Figures {
  const seconds = (now.at - before.at) / 1_000;
  const sent = flowsOf('send', before.sending, now.sending, now.tracks, seconds);
  const received = flowsOf('receive', before.receiving, now.receiving, now.tracks, seconds);
  const paths = [pathOf('send', now.sending), pathOf('receive', now.receiving)].filter((path) => path !== undefined);
  const rtts = [...paths, ...sent].map(({ rttMs }) => rttMs).filter((rtt) => rtt !== undefined);
  const jitters = received.filter(({ active }) => active).map(({ jitterMs }) => jitterMs).filter((jitter) => jitter !== undefined);
  return {
    seconds,
    paths,
    flows: [...sent, ...received],
    send: totals(sent),
    receive: totals(received),
    rttMs: rtts.length === 0 ? undefined : Math.min(...rtts),
    jitterMs: jitters.length === 0 ? undefined : Math.max(...jitters),
  };
}

function flowsOf(direction: Direction, before: readonly StatsEntry[], now: readonly StatsEntry[], tracks: StatsSample['tracks'], seconds: number): Flow[] {
  const earlier: Entries = new Map(before.map((entry) => [entry.id, entry]));
  const all: Entries = new Map(now.map((entry) => [entry.id, entry]));
  const type = direction === 'send' ? 'outbound-rtp' : 'inbound-rtp';
  return now
    .filter((entry) => entry.type === type && (entry.kind === 'audio' || entry.kind === 'video'))
    .map((entry) => (direction === 'send' ? sentFlow(entry, earlier, all, tracks, seconds) : receivedFlow(entry, earlier, all, tracks, seconds)))
    .sort((a, b) => (a.track?.identity ?? '').localeCompare(b.track?.identity ?? '') || a.kind.localeCompare(b.kind) || (a.height ?? 0) - (b.height ?? 0));
}

function sentFlow(entry: StatsEntry, earlier: Entries, all: Entries, tracks: StatsSample['tracks'], seconds: number): Flow {
  const old = earlier.get(entry.id);
  const source = all.get(entry.mediaSourceId);
  const remote = all.get(entry.remoteId);
  const oldRemote = remote === undefined ? undefined : earlier.get(remote.id);
  const packets = grown(old, entry, 'packetsSent');
  const limitation = entry.qualityLimitationReason;
  return {
    ...common(entry, all),
    direction: 'send',
    track: tracks.get(text(source, 'trackIdentifier') ?? '') ?? (source === undefined ? onlyOwn(entry.kind, tracks) : undefined),
    layer: text(entry, 'rid'),
    active: packets > 0,
    bitrateBps: (grown(old, entry, 'bytesSent') * 8) / seconds,
    packets,
    // Reports of the other side come once in a while; until the second there is no difference.
    lossShare: oldRemote === undefined || remote === undefined || packets === 0 ? undefined : Math.min(1, grown(oldRemote, remote, 'packetsLost') / packets),
    jitterMs: milliseconds(remote, 'jitter'),
    rttMs: milliseconds(remote, 'roundTripTime'),
    framesPerSecond: entry.kind === 'video' ? grown(old, entry, 'framesEncoded') / seconds : undefined,
    freezes: undefined,
    limitation: packets > 0 && (limitation === 'cpu' || limitation === 'bandwidth' || limitation === 'other') ? limitation : undefined,
    level: number(source, 'audioLevel'),
    coder: text(entry, 'encoderImplementation'),
  };
}

/** Some browsers do not say which track a stream is of; where there is one of its kind, it is that one. */
function onlyOwn(kind: unknown, tracks: StatsSample['tracks']): TrackLabel | undefined {
  const sources = kind === 'audio' ? ['microphone', 'screenAudio'] : ['camera', 'screen'];
  const [only, ...others] = [...tracks.values()].filter(({ isLocal, source }) => isLocal && sources.includes(source));
  return others.length === 0 ? only : undefined;
}

function receivedFlow(entry: StatsEntry, earlier: Entries, all: Entries, tracks: StatsSample['tracks'], seconds: number): Flow {
  const old = earlier.get(entry.id);
  const received = grown(old, entry, 'packetsReceived');
  const lost = grown(old, entry, 'packetsLost');
  const packets = received + lost;
  return {
    ...common(entry, all),
    direction: 'receive',
    track: tracks.get(text(entry, 'trackIdentifier') ?? ''),
    layer: undefined,
    active: received > 0,
    bitrateBps: (grown(old, entry, 'bytesReceived') * 8) / seconds,
    packets,
    lossShare: packets === 0 ? undefined : lost / packets,
    jitterMs: milliseconds(entry, 'jitter'),
    rttMs: undefined,
    framesPerSecond: entry.kind === 'video' ? grown(old, entry, 'framesDecoded') / seconds : undefined,
    freezes: number(entry, 'freezeCount'),
    limitation: undefined,
    level: number(entry, 'audioLevel'),
    coder: text(entry, 'decoderImplementation'),
  };
}

function common(entry: StatsEntry, all: Entries): Pick<Flow, 'id' | 'kind' | 'codec' | 'width' | 'height'> {
  return {
    id: String(entry.id),
    kind: entry.kind === 'audio' ? 'audio' : 'video',
    codec: text(all.get(entry.codecId), 'mimeType')?.replace(/^(audio|video)\//, ''),
    width: number(entry, 'frameWidth'),
    height: number(entry, 'frameHeight'),
  };
}

function pathOf(direction: Direction, entries: readonly StatsEntry[]): Path | undefined {
  const all: Entries = new Map(entries.map((entry) => [entry.id, entry]));
  const transport = entries.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId !== undefined);
  // Where there are no transports, the pair itself says that it is chosen.
  const pair = all.get(transport?.selectedCandidatePairId) ?? entries.find((entry) => entry.type === 'candidate-pair' && (entry.selected === true || (entry.nominated === true && entry.state === 'succeeded')));
  const [local, remote] = [all.get(pair?.localCandidateId), all.get(pair?.remoteCandidateId)];
  if (pair === undefined || local === undefined || remote === undefined) return undefined;
  const address = text(remote, 'address') ?? text(remote, 'ip') ?? '';
  return {
    direction,
    protocol: (text(remote, 'protocol') ?? text(local, 'protocol')) === 'tcp' ? 'TCP' : 'UDP',
    localType: text(local, 'candidateType') ?? '',
    remoteType: text(remote, 'candidateType') ?? '',
    server: `${address.includes(':') ? `[${address}]` : address}:${number(remote, 'port') ?? ''}`,
    rttMs: milliseconds(pair, 'currentRoundTripTime'),
    availableBps: number(pair, 'availableOutgoingBitrate'),
  };
}

function totals(flows: readonly Flow[]): Totals {
  const told = flows.filter(({ lossShare }) => lossShare !== undefined);
  const packets = told.reduce((sum, flow) => sum + flow.packets, 0);
  return {
    bitrateBps: flows.reduce((sum, { bitrateBps }) => sum + bitrateBps, 0),
    lossShare: packets === 0 ? undefined : told.reduce((sum, flow) => sum + (flow.lossShare ?? 0) * flow.packets, 0) / packets,
  };
}

export function number(entry: StatsEntry | undefined, field: string): number | undefined {
  const value = entry?.[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function text(entry: StatsEntry | undefined, field: string): string | undefined {
  const value = entry?.[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function milliseconds(entry: StatsEntry | undefined, field: string): number | undefined {
  const seconds = number(entry, field);
  return seconds === undefined ? undefined : seconds * 1_000;
}

/** How much a counter grew; a stream that is new counts from zero, and one that began anew does not count backwards. */
export function grown(before: StatsEntry | undefined, now: StatsEntry, field: string): number {
  return Math.max(0, (number(now, field) ?? 0) - (number(before, field) ?? 0));
}
