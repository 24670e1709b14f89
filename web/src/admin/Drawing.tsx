import { BarChart } from '@mui/x-charts/BarChart';
import { LineChart, lineClasses } from '@mui/x-charts/LineChart';
import { useTranslation } from 'react-i18next';
import type { Span } from '../api/admin';
import { COLORS, valueInWords } from './Chart';
import { clock } from './format';
import { CHARTS, filled, isCounted, STRETCHES, type ChartName, type Stretch } from './samples';

interface Props {
  chart: ChartName;
  span: Span;
  drawn: readonly Stretch[];
  /** Seconds from one to the next. */
  each: number;
  labels: readonly string[];
}

/** What the labels of the values take, in pixels, in the language of the longest. */
const WIDTHS: Record<ChartName, number> = { people: 36, bitrate: 84, loss: 52, joins: 36 };

export default function Drawing({ chart, span, drawn, each, labels }: Props) {
  const { i18n } = useTranslation();
  const { language } = i18n;
  const all = filled(drawn, each, STRETCHES[span].whole);
  const times = all.map(({ at }) => new Date(at));
  const words = (value: number | null) => (value === null ? '' : valueInWords(chart, value, language));
  const names = CHARTS[chart];
  const common = {
    height: 200,
    hideLegend: true,
    skipAnimation: true,
    disableKeyboardNavigation: true,
    grid: { horizontal: true },
    margin: { top: 12, right: 8, bottom: 0, left: 0 },
  } as const;
  const most = Math.max(...drawn.flatMap(({ values }) => names.map((name) => values[name])), 0);
  const whole = chart === 'people' || chart === 'joins';
  const quiet = { disableLine: true, disableTicks: true, tickLabelStyle: { fill: 'var(--mui-palette-text-secondary)' } };
  const yAxis = [
    { ...quiet, min: 0, width: WIDTHS[chart], tickNumber: 4, valueFormatter: words, ...(whole ? { tickMinStep: 1 } : {}), ...(most === 0 ? { max: chart === 'loss' ? 0.01 : 1 } : {}) },
  ];
  const xAxis = { ...quiet, data: times, valueFormatter: (at: Date) => clock(at, language) };
  const series = names.map((name, index) => ({
    id: name,
    data: all.map(({ values }) => values?.[name] ?? null),
    label: labels[index] ?? '',
    color: COLORS[index] ?? COLORS[0],
    valueFormatter: words,
  }));
  if (isCounted(names[0])) return <BarChart {...common} xAxis={[{ ...xAxis, scaleType: 'band', tickLabelMinGap: 16 }]} yAxis={yAxis} series={series} />;
  return (
    <LineChart
      {...common}
      xAxis={[{ ...xAxis, scaleType: 'time', tickNumber: 5 }]}
      yAxis={yAxis}
      // A point alone makes no line.
      series={series.map((line) => ({ ...line, curve: 'linear', showMark: drawn.length < 3 }))}
      sx={{ [`& .${lineClasses.line}`]: { strokeWidth: 2 }, [`& .${lineClasses.line}[data-series="${names[1]}"]`]: { strokeDasharray: '5 3' } }}
    />
  );
}
