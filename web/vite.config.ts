import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { budget } from './build/budget.ts';
import { precompress } from './build/precompress.ts';
import { preloadWords } from './build/preload.ts';
import { LANGUAGES } from './src/i18n/languages.ts';

/** The server replaces this literal in index.html with a fresh nonce for every page. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';

/** Whoever reads Nepali loads most. */
const HEAVIEST_WORDS = '/src/i18n/ne/index.ts';

/** Compressed JavaScript. What only some people switch on, such as filters for the picture, loads apart from the call and is not in it. */
const BUDGETS = [
  { name: 'lobby', roots: ['/src/main.tsx', '/src/lobby/LobbyPage.tsx', HEAVIEST_WORDS], maxBytes: 250_000 },
  { name: 'call', roots: ['/src/call/RoomPage.tsx', '/src/call/callChunk.ts'], after: 'lobby', maxBytes: 700_000 },
];

const server = process.env.ROTUNDA_SERVER ?? 'http://127.0.0.1:7880';

export default defineConfig(({ command }) => ({
  plugins: [react(), budget(BUDGETS), preloadWords(LANGUAGES.length), precompress()],
  ...(command === 'build' ? { html: { cspNonce: NONCE_PLACEHOLDER } } : {}),
  build: {
    target: 'es2022',
    // A data: URL would need an exception in the content security policy.
    assetsInlineLimit: 0,
    // The call's code weighs more than the lobby's on purpose, and loads apart from it.
    chunkSizeWarningLimit: 900,
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      // The server answers cookies of its own pages alone; in development the page is at another port.
      '/api': { target: server, headers: { origin: server } },
      '/healthz': { target: server },
      '/readyz': { target: server },
      '/rtc': { target: server, ws: true },
    },
  },
  test: {
    environment: 'node',
    include: ['{src,build}/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    // Generous, for machines that do much else.
    testTimeout: 30_000,
    restoreMocks: true,
    unstubGlobals: true,
  },
}));
