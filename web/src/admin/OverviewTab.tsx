import Box from '@mui/material/Box';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { SPANS, type Samples } from '../api/admin';
import { ListState } from '../room/ListState';
import { Nothing } from '../room/Section';
import { numberIn } from '../i18n/format';
import { Chart } from './Chart';
import { adminErrorText } from './errors';
import { bitrate, percent } from './format';
import { Frame } from './Frame';
import { CHART_NAMES, summaryOf } from './samples';
import { Tile, Tiles } from './Tiles';
import { useSamples } from './useAdmin';

/** How the server does: figures of now, and charts of the last hour or day. */
export function OverviewTab() {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const span = SPANS.find((known) => known === query.get('span')) ?? 'hour';
  const hour = useSamples('hour');
  const shown = useSamples(span);
  return (
    <Frame title={t('admin.overview.heading')} intro={t('admin.overview.intro')}>
      <ListState query={hour} loading={t('admin.loading')} words={adminErrorText} />
      {hour.data?.samples.length === 0 && <Nothing title={t('admin.overview.starting')} testId="overview-starting" />}
      {hour.data !== undefined && hour.data.samples.length > 0 && <Now data={hour.data} />}
      {hour.data !== undefined && hour.data.samples.length > 0 && (
        <>
          <ToggleButtonGroup
            exclusive
            size="small"
            value={span}
            aria-label={t('admin.overview.span')}
            onChange={(_, value: unknown) => value !== null && setQuery(value === 'day' ? { span: 'day' } : {})}
            sx={{ alignSelf: { sm: 'flex-start' }, mt: 1, '& .MuiToggleButton-root': { bgcolor: 'background.paper', color: 'text.primary',  flex: { xs: 1, sm: 'none' }, minHeight: 44, px: 2.5, textTransform: 'none', fontWeight: 600 } }}
          >
            {SPANS.map((value) => (
              <ToggleButton key={value} value={value} data-testid={`span-${value}`}>
                {t(`admin.overview.spanOf.${value}`)}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
          {shown.data?.samples.length === 0 && <Nothing title={t('admin.overview.noSamples')} testId="no-samples" />}
          {shown.data !== undefined && shown.data.samples.length > 0 && (
            <Box sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' }, gap: 2 }} data-testid="charts">
              {CHART_NAMES.map((chart) => (
                <Chart key={chart} chart={chart} span={span} data={shown.data} />
              ))}
            </Box>
          )}
        </>
      )}
    </Frame>
  );
}

function Now({ data }: { data: Samples }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const last = data.samples.at(-1);
  if (last === undefined) return null;
  const total = (name: 'joins' | 'failures') => numberIn(language, summaryOf(data.samples.map((sample) => sample[name])).total);
  return (
    <Tiles wide>
      <Tile id="people" label={t('admin.overview.people')} value={numberIn(language, last.people)} />
      <Tile id="rooms" label={t('admin.overview.rooms')} value={numberIn(language, last.rooms)} />
      <Tile id="bitrateIn" label={t('admin.overview.bitrateIn')} value={bitrate(last.bitrateIn, language)} />
      <Tile id="bitrateOut" label={t('admin.overview.bitrateOut')} value={bitrate(last.bitrateOut, language)} />
      <Tile id="lossIn" label={t('admin.overview.lossIn')} value={percent(last.lossIn, language)} />
      <Tile id="lossOut" label={t('admin.overview.lossOut')} value={percent(last.lossOut, language)} />
      <Tile id="joins" label={t('admin.overview.joins')} value={total('joins')} />
      <Tile id="failures" label={t('admin.overview.failures')} value={total('failures')} />
    </Tiles>
  );
}
