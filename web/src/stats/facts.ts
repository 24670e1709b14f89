// The figures in words: what the panel shows, and what is copied for a supporter, who must see the same.
import type { TFunction } from 'i18next';
import type { Direction, Figures, Flow, Path } from './figures';
import type { Finding } from './verdict';

export interface Fact {
  /** Stands for the fact in tests. */
  id: string;
  label: string;
  value: string;
}

type Candidate = [id: string, label: string, value: string | undefined];

function told(candidates: readonly Candidate[]): Fact[] {
  return candidates.flatMap(([id, label, value]) => (value === undefined ? [] : [{ id, label, value }]));
}

export function lineFacts(t: TFunction, { paths, rttMs, jitterMs, send, receive }: Figures): Fact[] {
  const up = paths.find(({ direction }) => direction === 'send');
  const down = paths.find(({ direction }) => direction === 'receive');
  return told([
    ['rtt', t('stats.rtt'), milliseconds(t, rttMs)],
    ['jitter', t('stats.jitter'), milliseconds(t, jitterMs)],
    ['sent', t('stats.sent'), bitrate(t, send.bitrateBps)],
    ['received', t('stats.received'), bitrate(t, receive.bitrateBps)],
    ['send-loss', t('stats.sendLoss'), percent(t, send.lossShare)],
    ['receive-loss', t('stats.receiveLoss'), percent(t, receive.lossShare)],
    ['available', t('stats.available'), up?.availableBps === undefined ? undefined : bitrate(t, up.availableBps)],
    ...pathFacts(t, up, down),
  ]);
}

export function flowTitle(t: TFunction, { track, kind, layer }: Flow): string {
  const what = track === undefined || track.source === 'unknown' ? t(`stats.kind.${kind}`) : t(`stats.source.${track.source}`);
  const named = track === undefined || track.isLocal ? what : t('stats.of', { what, name: track.name === '' ? t('call.anonymous') : track.name });
  return layer === undefined ? named : t('stats.layer', { what: named, layer });
}

export function flowFacts(t: TFunction, flow: Flow): Fact[] {
  if (!flow.active) return [];
  const { width, height, framesPerSecond, level } = flow;
  return told([
    ['bitrate', t('stats.bitrate'), bitrate(t, flow.bitrateBps)],
    ['size', t('stats.size'), width === undefined || height === undefined ? undefined : t('stats.pixels', { width, height, formatParams: { width: PLAIN, height: PLAIN } })],
    ['frames', t('stats.frames'), framesPerSecond === undefined ? undefined : t('stats.perSecond', { value: Math.round(framesPerSecond) })],
    ['codec', t('stats.codec'), flow.codec],
    ['loss', t('stats.loss'), percent(t, flow.lossShare)],
    ['jitter', t('stats.jitter'), milliseconds(t, flow.jitterMs)],
    ['rtt', t('stats.rtt'), milliseconds(t, flow.rttMs)],
    ['freezes', t('stats.freezes'), flow.kind === 'audio' || flow.freezes === undefined ? undefined : t('stats.count', { value: flow.freezes })],
    ['limitation', t('stats.limitation'), flow.limitation === undefined ? undefined : t(`stats.limitedBy.${flow.limitation}`)],
    ['level', t('stats.level'), level === undefined ? undefined : percent(t, level)],
    ['coder', t('stats.coder'), flow.coder],
  ]);
}

export function findingText(t: TFunction, finding: Finding): string {
  switch (finding.id) {
    case 'uploadLoss':
    case 'downloadLoss':
      return t(`stats.verdict.${finding.id}`, { percent: finding.percent });
    case 'rtt':
    case 'jitter':
      return t(`stats.verdict.${finding.id}`, { ms: finding.ms });
    default:
      return t(`stats.verdict.${finding.id}`);
  }
}

export function flowsOf(figures: Figures, direction: Direction): readonly Flow[] {
  return figures.flows.filter((flow) => flow.direction === direction);
}

/** Everything as plain text. */
export function asText(t: TFunction, figures: Figures, findings: readonly Finding[], about: { time: string; browser: string }): string {
  const lines = [`${t('app.name')}: ${t('stats.title')}`, about.time, about.browser, '', ...findings.map((finding) => findingText(t, finding))];
  const list = (facts: readonly Fact[]) => facts.map(({ label, value }) => `  ${label}: ${value}`);
  lines.push('', t('stats.line'), ...list(lineFacts(t, figures)));
  for (const direction of ['send', 'receive'] as const) {
    lines.push('', t(`stats.${direction}`));
    for (const flow of flowsOf(figures, direction)) {
      lines.push(`- ${flowTitle(t, flow)}${flow.active ? '' : `: ${t('stats.idle')}`}`, ...list(flowFacts(t, flow)));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Both connections take the same way as a rule, which is then told once. */
function pathFacts(t: TFunction, up: Path | undefined, down: Path | undefined): Candidate[] {
  const same = way(t, up) === way(t, down) && up?.server === down?.server;
  if (same) return [['path', t('stats.path'), way(t, up)], ['server', t('stats.server'), up?.server]];
  return [
    ['path-send', t('stats.pathSend'), way(t, up)],
    ['server-send', t('stats.serverSend'), up?.server],
    ['path-receive', t('stats.pathReceive'), way(t, down)],
    ['server-receive', t('stats.serverReceive'), down?.server],
  ];
}

function way(t: TFunction, path: Path | undefined): string | undefined {
  if (path === undefined) return undefined;
  const { protocol, localType, remoteType } = path;
  return t('stats.way', { protocol, types: [localType, remoteType].filter((type) => type !== '').join(' → ') });
}

/** Without marks between thousands. */
const PLAIN = { useGrouping: false };

/** Always so many digits after the point, so that a figure that changes does not jump. */
const digits = (count: number) => ({ formatParams: { value: { minimumFractionDigits: count, maximumFractionDigits: count } } });

function bitrate(t: TFunction, bps: number): string {
  return bps >= 1_000_000 ? t('stats.megabits', { value: bps / 1_000_000, ...digits(1) }) : t('stats.kilobits', { value: Math.round(bps / 1_000) });
}

function milliseconds(t: TFunction, ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : t('stats.ms', { value: Math.round(ms) });
}

function percent(t: TFunction, share: number | undefined): string | undefined {
  return share === undefined ? undefined : t('stats.percent', { value: share * 100, ...digits(share > 0 && share < 0.1 ? 1 : 0) });
}
