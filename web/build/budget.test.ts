import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { closure, weigh, type Chunk } from './budget';

const chunk = (code: string, ...imports: string[]): Chunk => ({ code, imports });
const CHUNKS = new Map<string, Chunk>([
  ['main.js', chunk('the start', 'shared.js')],
  ['shared.js', chunk('shared by all', 'main.js')],
  ['call.js', chunk('the call itself', 'shared.js', 'video.js')],
  ['video.js', chunk('pictures')],
  ['filters.js', chunk('loaded when somebody wants them')],
]);
const size = (...names: string[]) => names.reduce((sum, name) => sum + brotliCompressSync(CHUNKS.get(name)?.code ?? '').length, 0);
const BUDGETS = [
  { name: 'start', roots: ['/main.ts'], maxBytes: 100 },
  { name: 'call', roots: ['/call.ts'], after: 'start', maxBytes: 10 },
];

describe('the budget of a build', () => {
  it('counts what loads together, in circles too, and not what loads later', () => {
    expect([...closure(CHUNKS, ['call.js'])].sort()).toEqual(['call.js', 'main.js', 'shared.js', 'video.js']);
  });

  it('weighs each part without what is loaded already', async () => {
    expect(await weigh(BUDGETS, CHUNKS, (module) => `${module.slice(1, -3)}.js`)).toEqual([
      { name: 'start', bytes: size('main.js', 'shared.js'), maxBytes: 100 },
      { name: 'call', bytes: size('call.js', 'video.js'), maxBytes: 10 },
    ]);
  });

  it('does not pass because a part was renamed', async () => {
    await expect(weigh(BUDGETS, CHUNKS, () => undefined)).rejects.toThrow('/main.ts');
  });
});
