import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../ui/clipboard';
import { CloseIcon, CopyIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { toasts } from '../ui/toasts';
import { asText, findingText, flowFacts, flowsOf, flowTitle, lineFacts, type Fact } from './facts';
import type { Figures } from './figures';
import type { StatsModel } from './model';
import { verdict, type Finding, type Grade } from './verdict';

const COLOURS: Record<Grade, string> = { good: 'success.main', fair: 'warning.main', poor: 'error.main' };

/** What a supporter asks for: how the line is, and what goes over it. Measures only while it is shown. */
export function StatsPanel({ stats, connected, onClose }: { stats: StatsModel; connected: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const figures = useStore(stats.state);
  useEffect(() => stats.watch(), [stats]);
  const findings = verdict(figures, connected);
  const copy = async () => {
    if (figures === undefined) return;
    const copied = await copyText(asText(t, figures, findings, { time: new Date().toISOString(), browser: navigator.userAgent }));
    toasts.show(copied ? 'success' : 'error', t(copied ? 'stats.copied' : 'stats.notCopied'));
  };
  return (
    <Box
      component="section"
      aria-label={t('stats.title')}
      data-testid="stats-panel"
      sx={{ width: '100%', height: '100%', display: 'flex', flexDirection: 'column', bgcolor: 'background.paper', color: 'text.primary' }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', pl: 2, pr: 1, py: 1, borderBottom: 1, borderColor: 'divider' }}>
        <Typography variant="h2" sx={{ flex: 1 }}>
          {t('stats.title')}
        </Typography>
        <IconButton aria-label={t('stats.close')} onClick={onClose} data-testid="close-stats">
          <CloseIcon />
        </IconButton>
      </Box>
      <Box sx={{ flex: 1, overflowY: 'auto', px: 2, py: 1.5 }} tabIndex={0} role="group" aria-label={t('stats.title')}>
        <Verdict findings={findings} />
        {figures !== undefined && <Measured figures={figures} />}
      </Box>
      <Box sx={{ p: 1.5, borderTop: 1, borderColor: 'divider' }}>
        <Button fullWidth variant="outlined" startIcon={<CopyIcon />} onClick={() => void copy()} disabled={figures === undefined} data-testid="copy-stats">
          {t('stats.copy')}
        </Button>
      </Box>
    </Box>
  );
}

function Verdict({ findings }: { findings: readonly Finding[] }) {
  const { t } = useTranslation();
  return (
    <Box component="ul" data-testid="stats-verdict" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1 }}>
      {findings.map((finding) => (
        <Box
          component="li"
          key={finding.id}
          data-finding={finding.id}
          sx={{ display: 'flex', gap: 1.25, px: 1.5, py: 1.25, borderRadius: 3, bgcolor: 'background.default', fontWeight: 540, fontSize: '0.94rem', lineHeight: 1.4 }}
        >
          <Box aria-hidden sx={{ flex: 'none', width: 10, height: 10, borderRadius: 5, mt: '5px', bgcolor: COLOURS[finding.grade] }} />
          {findingText(t, finding)}
        </Box>
      ))}
    </Box>
  );
}

function Measured({ figures }: { figures: Figures }) {
  const { t } = useTranslation();
  return (
    <>
      <Heading>{t('stats.line')}</Heading>
      <Facts facts={lineFacts(t, figures)} testId="stats-line" />
      {(['send', 'receive'] as const).map((direction) => (
        <Box key={direction} data-testid={`stats-${direction}`}>
          <Heading>{t(`stats.${direction}`)}</Heading>
          {flowsOf(figures, direction).length === 0 && <Typography sx={{ color: 'text.secondary', fontSize: '0.9rem' }}>{t('stats.nothing')}</Typography>}
          {flowsOf(figures, direction).map((flow) => (
            <Box key={flow.id} data-testid="stats-flow" data-kind={flow.kind} data-active={flow.active} sx={{ mb: 1.5 }}>
              <Typography component="h4" sx={{ fontWeight: 600, fontSize: '0.9rem', overflowWrap: 'anywhere' }}>
                {flowTitle(t, flow)}
                {!flow.active && (
                  <Box component="span" sx={{ color: 'text.secondary', fontWeight: 400 }}>
                    {' '}
                    · {t('stats.idle')}
                  </Box>
                )}
              </Typography>
              <Facts facts={flowFacts(t, flow)} />
            </Box>
          ))}
        </Box>
      ))}
    </>
  );
}

function Heading({ children }: { children: string }) {
  return (
    <Typography component="h3" sx={{ mt: 2, mb: 0.75, fontSize: '0.78rem', fontWeight: 640, letterSpacing: '0.04em', textTransform: 'uppercase', color: 'text.secondary' }}>
      {children}
    </Typography>
  );
}

function Facts({ facts, testId }: { facts: readonly Fact[]; testId?: string }) {
  return (
    <Box component="dl" data-testid={testId} sx={{ m: 0, display: 'grid', gridTemplateColumns: 'minmax(0, auto) minmax(22ch, 1fr)', columnGap: 1.5, rowGap: 0.25, fontSize: '0.86rem', lineHeight: 1.45 }}>
      {facts.map(({ id, label, value }) => (
        <Box key={id} sx={{ display: 'contents' }}>
          <Box component="dt" sx={{ color: 'text.secondary' }}>
            {label}
          </Box>
          <Box component="dd" data-fact={id} sx={{ m: 0, textAlign: 'end', overflowWrap: 'anywhere', fontVariantNumeric: 'tabular-nums' }}>
            <bdi>{value}</bdi>
          </Box>
        </Box>
      ))}
    </Box>
  );
}
