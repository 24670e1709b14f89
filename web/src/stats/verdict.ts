// What the figures mean, the worst first. The thresholds are where people begin to notice (fair) and to complain (poor). ITU-T G.114 has
// conversations suffer from 150 ms one way; the round trip here is only the own one to the server, and the other person's comes on top.
import type { Figures } from './figures';

export const THRESHOLDS = {
  /** Shares of lost packets. Sound hides 2 %, and repair needs time from 5 % on. */
  loss: { fair: 0.02, poor: 0.05 },
  rttMs: { fair: 150, poor: 300 },
  jitterMs: { fair: 30, poor: 60 },
  /** Below so many packets a share of lost ones says nothing. */
  minPackets: 50,
} as const;

export type Grade = 'good' | 'fair' | 'poor';

export type Finding =
  | { id: 'measuring' | 'reconnecting' | 'fine' | 'tcp' | 'cpu' | 'bandwidth'; grade: Grade }
  | { id: 'uploadLoss' | 'downloadLoss'; grade: Grade; percent: number }
  | { id: 'rtt' | 'jitter'; grade: Grade; ms: number };

const RANK: Record<Grade, number> = { poor: 0, fair: 1, good: 2 };

/** At least one finding. */
export function verdict(figures: Figures | undefined, connected: boolean): readonly [Finding, ...Finding[]] {
  if (!connected) return [{ id: 'reconnecting', grade: 'poor' }];
  if (figures === undefined || figures.paths.length === 0) return [{ id: 'measuring', grade: 'good' }];
  const { flows, paths, rttMs, jitterMs } = figures;
  const findings: Finding[] = [];
  for (const [id, direction] of [['uploadLoss', 'send'], ['downloadLoss', 'receive']] as const) {
    const packets = flows.filter((flow) => flow.direction === direction).reduce((sum, flow) => sum + flow.packets, 0);
    const share = figures[direction].lossShare;
    if (share === undefined || packets < THRESHOLDS.minPackets) continue;
    const grade = gradeOf(share, THRESHOLDS.loss);
    if (grade !== 'good') findings.push({ id, grade, percent: Math.round(share * 100) });
  }
  if (rttMs !== undefined) {
    const grade = gradeOf(rttMs, THRESHOLDS.rttMs);
    if (grade !== 'good') findings.push({ id: 'rtt', grade, ms: Math.round(rttMs) });
  }
  if (jitterMs !== undefined) {
    const grade = gradeOf(jitterMs, THRESHOLDS.jitterMs);
    if (grade !== 'good') findings.push({ id: 'jitter', grade, ms: Math.round(jitterMs) });
  }
  const limited = new Set(flows.map(({ limitation }) => limitation));
  if (limited.has('cpu')) findings.push({ id: 'cpu', grade: 'fair' });
  if (limited.has('bandwidth')) findings.push({ id: 'bandwidth', grade: 'fair' });
  if (paths.some(({ protocol }) => protocol === 'TCP')) findings.push({ id: 'tcp', grade: 'fair' });
  const [first, ...rest] = findings.sort((a, b) => RANK[a.grade] - RANK[b.grade]);
  return first === undefined ? [{ id: 'fine', grade: 'good' }] : [first, ...rest];
}

function gradeOf(value: number, { fair, poor }: { fair: number; poor: number }): Grade {
  if (value >= poor) return 'poor';
  return value >= fair ? 'fair' : 'good';
}
