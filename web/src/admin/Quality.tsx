import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { Call } from '../api/admin';
import { seriesIn } from '../i18n/format';
import { QUALITIES, type Quality as Grade } from './callView';

const LIT: Record<Grade, number> = { excellent: 3, good: 2, poor: 1, unknown: 0 };
const COLOR: Record<Grade, string> = { excellent: 'success.main', good: 'warning.main', poor: 'error.main', unknown: 'text.secondary' };

/** How good a connection is, or the worst of many: three bars and the words for them. */
export function Quality({ quality, counts }: { quality: Grade; counts?: Call['quality'] }) {
  const { t, i18n } = useTranslation();
  const some = QUALITIES.filter((grade) => (counts?.[grade] ?? 0) > 0);
  const words =
    counts === undefined || some.length < 2
      ? t(`admin.calls.qualityOf.${quality}`)
      : seriesIn(i18n.language, some.map((grade) => t('admin.calls.qualityCount', { quality: t(`admin.calls.qualityOf.${grade}`), number: counts[grade] })));
  return (
    <Box component="span" data-testid="call-quality" data-quality={quality} sx={{ display: 'inline-flex', alignItems: 'center', gap: 1 }}>
      <Box component="svg" aria-hidden viewBox="0 0 14 12" sx={{ width: 16, height: 14, flex: 'none', color: COLOR[quality] }}>
        {[4, 8, 12].map((height, index) => (
          <rect key={height} x={index * 5} y={12 - height} width="3.4" height={height} rx="1" fill="currentColor" opacity={index < LIT[quality] ? 1 : 0.25} />
        ))}
      </Box>
      <span>{words}</span>
    </Box>
  );
}
