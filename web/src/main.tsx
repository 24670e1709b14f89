import '@fontsource-variable/inter/index.css';
import { CacheProvider } from '@emotion/react';
import createCache from '@emotion/cache';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import './i18n';
import { followLegacyHash } from './legacy';
import { session } from './api';
import { watchChunks } from './ui/upgrade';

followLegacyHash();
watchChunks();

// The server allows the style sheets that carry this page's nonce, and no other inline style.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
const cache = createCache({ key: 'r', prepend: true, ...(nonce === undefined || nonce === '' ? {} : { nonce }) });

void session.start();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <CacheProvider value={cache}>
      <App />
    </CacheProvider>
  </StrictMode>,
);
