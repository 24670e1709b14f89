// The direction the page is read in: right-to-left languages mirror the layout. What is written with logical properties follows `dir` by itself; the
// rest, and MUI's own styles, is mirrored as it is turned into style sheets.
import createCache, { type EmotionCache } from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import { ThemeProvider } from '@mui/material/styles';
import rtlPlugin from '@mui/stylis-plugin-rtl';
import { prefixer } from 'stylis';
import { useMemo, type ReactNode } from 'react';
import { language } from '../i18n';
import { directionOf, type Direction } from '../i18n/languages';
import { useStore } from './store';
import { themeFor } from './theme';

// The server allows the style sheets that carry this page's nonce, and no other inline style.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;

const CACHES: Partial<Record<Direction, EmotionCache>> = {};

function cacheFor(direction: Direction): EmotionCache {
  return (CACHES[direction] ??= createCache({
    key: direction === 'rtl' ? 'rr' : 'r',
    prepend: true,
    ...(direction === 'rtl' ? { stylisPlugins: [prefixer, rtlPlugin] } : {}),
    ...(nonce === undefined || nonce === '' ? {} : { nonce }),
  }));
}

/** Whether the language is read from right to left. */
export function useDirection(): Direction {
  return directionOf(useStore(language.spoken).code);
}

export function DirectedTheme({ children }: { children: ReactNode }) {
  const direction = useDirection();
  const theme = useMemo(() => themeFor(direction), [direction]);
  return (
    <CacheProvider value={cacheFor(direction)}>
      <ThemeProvider theme={theme} defaultMode="system" modeStorageKey="rotunda.theme">
        {children}
      </ThemeProvider>
    </CacheProvider>
  );
}
