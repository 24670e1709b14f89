import { expect, it } from 'vitest';
import { cataloguesOf } from './preload';

it('finds the chunk of each language, and nothing else', () => {
  const chunks = [
    ['assets/de-1.js', '/home/web/src/i18n/de/index.ts'],
    ['assets/ar-2.js', '/home/web/src/i18n/ar/index.ts'],
    ['assets/index-3.js', '/home/web/src/i18n/index.ts'],
    ['assets/shared-4.js', null],
  ] as const;
  expect(cataloguesOf(chunks)).toEqual({ de: '/assets/de-1.js', ar: '/assets/ar-2.js' });
});
