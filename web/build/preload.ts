// Tells the page, before any script of the app runs, which file has the words of each language: `public/early.js` knows the language and fetches them
// beside the app, so that nobody waits for one after the other.
import type { Plugin } from 'vite';

/** What reads it. */
const READER = '<script src="/early.js">';

const CATALOGUE = /\/src\/i18n\/([a-z]{2})\/index\.ts$/;

/** The chunk of each language by its code. `chunks`: the modules that a chunk stands for, by the chunk's file name. */
export function cataloguesOf(chunks: Iterable<readonly [file: string, module: string | null]>): Record<string, string> {
  const catalogues: Record<string, string> = {};
  for (const [file, module] of chunks) {
    const code = CATALOGUE.exec(module ?? '')?.[1];
    if (code !== undefined) catalogues[code] = `/${file}`;
  }
  return catalogues;
}

export function preloadWords(languages: number): Plugin {
  return {
    name: 'rotunda-preload-words',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const chunks = Object.values(bundle).flatMap((output) => (output.type === 'chunk' ? [[output.fileName, output.facadeModuleId] as const] : []));
        const catalogues = cataloguesOf(chunks);
        if (Object.keys(catalogues).length !== languages) throw new Error(`${languages} languages, and chunks for ${Object.keys(catalogues).join(' ')}`);
        if (!html.includes(READER)) throw new Error(`index.html has no ${READER}`);
        return html.replace(READER, `<meta name="catalogues" content='${JSON.stringify(catalogues)}' />\n    ${READER}`);
      },
    },
  };
}
