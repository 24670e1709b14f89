import '@fontsource-variable/inter/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { language } from './i18n';
import { followLegacyHash } from './legacy';
import { session } from './api';
import { watchChunks } from './ui/upgrade';

followLegacyHash();
watchChunks();

void session.start();
try {
  // What is drawn before the words are there is the page's frame, which has none.
  await language.start();
} catch (error) {
  document.getElementById('not-loaded')?.removeAttribute('hidden');
  throw error;
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
