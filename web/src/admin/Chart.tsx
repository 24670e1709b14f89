// A chart of the server's samples. What it draws is also said: in a sentence for those who listen, and as a table for whoever asks.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { lazy, Suspense, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Samples, Span } from '../api/admin';
import { HIDDEN } from '../ui/hidden';
import { numberIn } from '../i18n/format';
import { bitrate, clock, interval, percent } from './format';
import { CHARTS, inStretches, isCounted, STRETCHES, summaryOf, type ChartName, type SeriesName } from './samples';

/** Apart, since it is heavier than all other pages together. */
const Drawing = lazy(() => import('./Drawing'));

/** Told apart by more than their colour: the second is dashed, or hatched by its outline. */
export const COLORS = ['var(--mui-palette-primary-main)', 'var(--mui-palette-secondary-main)'] as const;

export function valueInWords(chart: ChartName, value: number, language: string): string {
  if (chart === 'bitrate') return bitrate(value, language);
  return chart === 'loss' ? percent(value, language) : numberIn(language, value);
}

interface Props {
  chart: ChartName;
  span: Span;
  data: Samples;
}

export function Chart({ chart, span, data }: Props) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const counted = isCounted(CHARTS[chart][0]);
  const each = STRETCHES[span][counted ? 'bar' : 'point'];
  const drawn = inStretches(data.samples, each);
  const legend = CHARTS[chart].map((name) => {
    const { last, most, total } = summaryOf(drawn.map(({ values }) => values[name]));
    const words = (value: number) => valueInWords(chart, value, language);
    const said = { name: t(`admin.overview.series.${name}`), last: words(last), most: words(most), total: words(total) };
    const sentence = counted
      ? t('admin.overview.summarySum', { ...said, interval: interval(each, language) })
      : t('admin.overview.summary', said);
    return { name, label: said.name, sentence };
  });
  return (
    <Paper component="section" variant="outlined" aria-labelledby={id} data-testid={`chart-${chart}`} sx={{ borderRadius: 3, px: { xs: 1.5, sm: 2.5 }, py: 2, minWidth: 0 }}>
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 1 }}>
        <Typography id={id} variant="h2" sx={{ flex: 1, minWidth: 0 }}>
          {t(`admin.overview.chart.${chart}`)}
        </Typography>
        <Button size="small" onClick={() => setAsTable(!asTable)} aria-pressed={asTable} data-testid="as-table" sx={{ flex: 'none', maxWidth: '45%', marginTop: -1, marginInlineEnd: -1, px: 1.25, lineHeight: 1.3 }}>
          {t(asTable ? 'admin.overview.asChart' : 'admin.overview.asTable')}
        </Button>
      </Box>
      <Typography sx={{ color: 'text.secondary', fontSize: '0.88rem' }}>{t(`admin.overview.chartHint.${chart}`)}</Typography>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, mt: 1, p: 0, display: 'flex', flexWrap: 'wrap', columnGap: 2.5, rowGap: 0.25, fontSize: '0.88rem' }}>
        {legend.map(({ name, sentence }, index) => (
          <Box component="li" key={name} sx={{ display: 'flex', alignItems: 'center', gap: 1 }} data-testid="chart-summary">
            <Swatch second={index === 1} />
            <span>{sentence}</span>
          </Box>
        ))}
      </Box>
      {asTable ? (
        <Rows chart={chart} span={span} data={data} />
      ) : (
        <Box aria-hidden sx={{ mt: 1, minHeight: 200 }}>
          <Suspense>
            <Drawing chart={chart} span={span} drawn={drawn} each={each} labels={legend.map(({ label }) => label)} />
          </Suspense>
        </Box>
      )}
    </Paper>
  );
}

function Swatch({ second }: { second: boolean }) {
  return (
    <Box component="svg" aria-hidden viewBox="0 0 18 4" sx={{ width: 18, height: 4, flex: 'none' }}>
      <path d="M0 2h18" stroke={COLORS[second ? 1 : 0]} strokeWidth="3" {...(second ? { strokeDasharray: '5 3' } : {})} />
    </Box>
  );
}

/** The same in figures, the newest first. */
function Rows({ chart, span, data }: Props) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const seconds = STRETCHES[span].row;
  const names: readonly SeriesName[] = CHARTS[chart];
  const title = t('admin.overview.perInterval', { interval: interval(seconds, language) });
  return (
    <Box tabIndex={0} role="region" aria-label={`${t(`admin.overview.chart.${chart}`)}: ${title}`} sx={{ mt: 1, maxHeight: 260, overflow: 'auto' }}>
      <Table size="small" data-testid="chart-table" sx={{ '& th, & td': { borderColor: 'divider', fontVariantNumeric: 'tabular-nums', py: 0.5 } }}>
        <Box component="caption" sx={HIDDEN}>
          {title}
        </Box>
        <TableHead>
          <TableRow>
            <TableCell sx={{ paddingInlineStart: 0, color: 'text.secondary' }}>{t('admin.overview.time')}</TableCell>
            {names.map((name) => (
              <TableCell key={name} sx={{ textAlign: 'end', color: 'text.secondary' }}>
                {t(`admin.overview.series.${name}`)}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {inStretches(data.samples, seconds)
            .reverse()
            .map(({ at, values }) => (
              <TableRow key={at}>
                <TableCell component="th" scope="row" sx={{ paddingInlineStart: 0 }}>
                  {clock(new Date(at), language)}
                </TableCell>
                {names.map((name) => (
                  <TableCell key={name} sx={{ textAlign: 'end' }}>
                    {valueInWords(chart, values[name], language)}
                  </TableCell>
                ))}
              </TableRow>
            ))}
        </TableBody>
      </Table>
    </Box>
  );
}
