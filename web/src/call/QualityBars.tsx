import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { useTranslation } from 'react-i18next';
import type { Quality } from './port';

const LIT: Record<Quality, number> = { excellent: 3, good: 2, poor: 1, lost: 0, unknown: 0 };

/** How good the connection is: three bars, and words for those who do not see them. */
export function QualityBars({ quality }: { quality: Quality }) {
  const { t } = useTranslation();
  if (quality === 'unknown') return null;
  const bad = quality === 'poor' || quality === 'lost';
  const words = t(`call.quality.${quality}`);
  return (
    <Tooltip title={words}>
      <Box
        component="svg"
        role="img"
        aria-label={words}
        viewBox="0 0 14 12"
        data-testid="quality"
        data-quality={quality}
        sx={{ width: 14, height: 12, flex: 'none', color: bad ? '#fca5a5' : quality === 'good' ? '#fde68a' : '#86efac' }}
      >
        {[4, 8, 12].map((height, index) => (
          <rect key={height} x={index * 5} y={12 - height} width="3.4" height={height} rx="1" fill="currentColor" opacity={index < LIT[quality] ? 1 : 0.35} />
        ))}
      </Box>
    </Tooltip>
  );
}
