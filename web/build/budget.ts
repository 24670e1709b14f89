// Fails the build when a part of the app weighs more JavaScript, compressed, than people on slow lines should wait for.
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import type { Plugin } from 'vite';

export interface Chunk {
  code: string;
  /** File names of what loads together with it. */
  imports: readonly string[];
}

export interface Budget {
  name: string;
  /** Modules, by the end of their path, that the part consists of, with all that they import statically. */
  roots: readonly string[];
  /** The part that is loaded already. */
  after?: string;
  maxBytes: number;
}

/** `start` and everything that loads together with it. */
export function closure(chunks: ReadonlyMap<string, Chunk>, start: Iterable<string>): Set<string> {
  const reached = new Set<string>();
  const waiting = [...start];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const chunk = chunks.get(name);
    if (chunk === undefined || reached.has(name)) continue;
    reached.add(name);
    waiting.push(...chunk.imports);
  }
  return reached;
}

/** Compressed bytes of each part; `find` says which chunk a module is in. */
export async function weigh(
  budgets: readonly Budget[],
  chunks: ReadonlyMap<string, Chunk>,
  find: (module: string) => string | undefined,
): Promise<{ name: string; bytes: number; maxBytes: number }[]> {
  const parts = new Map<string, Set<string>>();
  const weights = [];
  for (const { name, roots, after, maxBytes } of budgets) {
    const start = roots.map((root) => {
      const chunk = find(root);
      if (chunk === undefined) throw new Error(`The budget "${name}" names ${root}, which is in no chunk.`);
      return chunk;
    });
    const part = closure(chunks, start);
    parts.set(name, part);
    const loaded = after === undefined ? undefined : parts.get(after);
    const own = [...part].filter((chunk) => loaded?.has(chunk) !== true);
    const sizes = await Promise.all(own.map(async (chunk) => (await promisify(brotliCompress)(chunks.get(chunk)?.code ?? '')).length));
    weights.push({ name, bytes: sizes.reduce((sum, size) => sum + size, 0), maxBytes });
  }
  return weights;
}

export function budget(budgets: readonly Budget[]): Plugin {
  return {
    name: 'rotunda-budget',
    apply: 'build',
    async generateBundle(_, bundle) {
      const chunks = new Map<string, Chunk>();
      const modules = new Map<string, string>();
      for (const [name, output] of Object.entries(bundle)) {
        if (output.type !== 'chunk') continue;
        chunks.set(name, output);
        for (const id of output.moduleIds) modules.set(id.split('?')[0] ?? id, name);
      }
      const find = (module: string) => [...modules].find(([id]) => id.endsWith(module))?.[1];
      const weights = await weigh(budgets, chunks, find);
      for (const { name, bytes, maxBytes } of weights) this.info(`${name}: ${kilobytes(bytes)} of ${kilobytes(maxBytes)} of compressed JavaScript`);
      const heavy = weights.filter(({ bytes, maxBytes }) => bytes > maxBytes);
      if (heavy.length > 0) this.error(`Too heavy: ${heavy.map(({ name, bytes, maxBytes }) => `${name}, ${kilobytes(bytes)} of ${kilobytes(maxBytes)}`).join('; ')}`);
    },
  };
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}
