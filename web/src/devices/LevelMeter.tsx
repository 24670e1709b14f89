import Box from '@mui/material/Box';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { followLevel, listenTo } from './microphoneLevel';

/** Screen readers and those who asked for less motion get a few looks a second, all others one a frame. */
const SELDOM_MS = 250;

function everyFrame(turn: () => void): () => void {
  const id = requestAnimationFrame(turn);
  return () => cancelAnimationFrame(id);
}

function seldom(turn: () => void): () => void {
  const id = setTimeout(turn, SELDOM_MS);
  return () => clearTimeout(id);
}

/** Shows that the microphone hears something. It writes to its elements itself: the page is not drawn anew at every level. */
export function LevelMeter({ track }: { track: MediaStreamTrack }) {
  const { t } = useTranslation();
  const meter = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let told = -SELDOM_MS;
    const show = (level: number) => {
      if (bar.current !== null) bar.current.style.transform = `scaleX(${level.toFixed(3)})`;
      const now = performance.now();
      if (now - told < SELDOM_MS) return;
      told = now;
      meter.current?.setAttribute('aria-valuenow', `${Math.round(level * 100)}`);
    };
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    return followLevel(listenTo(track), show, calm ? seldom : everyFrame);
  }, [track]);
  return (
    <Box
      ref={meter}
      role="meter"
      aria-label={t('deviceChoice.level')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
      data-testid="microphone-level"
      sx={{ height: 8, borderRadius: 4, overflow: 'hidden', bgcolor: 'action.hover', border: 1, borderColor: 'divider' }}
    >
      <Box ref={bar} sx={{ height: '100%', bgcolor: 'success.main', transformOrigin: 'left', transform: 'scaleX(0)' }} />
    </Box>
  );
}
