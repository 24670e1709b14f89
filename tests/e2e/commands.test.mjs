// The commands themselves: what is missing is named at once with the command that installs it, and the last line of the
// tests never says more than what was seen. The tools are stand-ins here, so that they can be missing, old or failing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { root } from './lib/server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'rotunda-commands-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;

/** A folder for PATH with a few real tools and these stand-ins, scripts by name (undefined: not there). @param {Record<string, string | undefined>} tools */
function path(tools) {
  const bin = join(folder, `bin-${(made += 1)}`);
  mkdirSync(bin);
  for (const tool of ['bash', 'sh', 'env', 'cut', 'sort', 'head', 'printf', 'id', 'awk', 'tee', 'mktemp', 'rm', 'dirname', 'cat', 'make']) {
    const real = spawnSync('bash', ['-c', `type -P ${tool}`], { encoding: 'utf8' }).stdout.trim();
    if (real) symlinkSync(real, join(bin, tool));
  }
  for (const [name, script] of Object.entries(tools)) {
    if (script === undefined) continue;
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

/** @param {string[]} command @param {Record<string, string | undefined>} tools */
function run(command, tools) {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(join(root, command[0] ?? ''), command.slice(1), { encoding: 'utf8', env: { PATH: path(tools), HOME: folder } });
  return { status, stdout, stderr, milliseconds: Date.now() - started };
}

const GOOD = { cargo: 'echo cargo 1.96.0', cc: ':', node: 'echo v20.20.2', npm: ':' };

describe('what is missing', () => {
  test('nothing is said when everything is there', () => {
    const { status, stdout, stderr } = run(['scripts/need.sh', 'run'], GOOD);
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
  });

  for (const [what, tools, sentence] of /** @type {const} */ ([
    ['no cargo', { ...GOOD, cargo: undefined }, /cargo.*1\.94.*sh\.rustup\.rs/],
    ['an old cargo', { ...GOOD, cargo: 'echo cargo 1.80.1' }, /here is 1\.80\.1.*rustup update/],
    ['no C compiler', { ...GOOD, cc: undefined }, /C compiler:.*apt-get install -y build-essential/],
    ['no Node.js', { ...GOOD, node: undefined }, /Node\.js 20\.19\+ or 22\.12\+.*apt-get install -y nodejs/],
    ['an old Node.js', { ...GOOD, node: 'echo v18.19.0' }, /here is 18\.19\.0/],
    ['a Node.js between the two lines', { ...GOOD, node: 'echo v22.3.0' }, /here is 22\.3\.0/],
  ])) {
    test(`${what}: named before anything is built, with the command`, () => {
      const { status, stderr, milliseconds } = run(['scripts/need.sh', 'run'], tools);
      assert.equal(status, 1);
      assert.match(stderr, sentence);
      // A twentieth of a second on a machine that does nothing else.
      assert.ok(milliseconds < 10_000, `${milliseconds} ms`);
    });
  }
});

describe('the last line', () => {
  /** What the Rust suite makes of a cargo that prints and ends like this. @param {string} tests */
  const rust = (tests) => {
    const { status, stdout, stderr } = run(['scripts/test.sh', 'rust'], { ...GOOD, cargo: `case "$*" in *--no-run*) exit 0 ;; esac\n${tests}` });
    return { status, last: stdout.trimEnd().split('\n').at(-1), stderr };
  };

  test('sums what the runner counted', () => {
    const { status, last } = rust('echo "test result: ok. 3 passed; 0 failed; 0 ignored;"; echo "test result: ok. 4 passed; 0 failed; 0 ignored;"');
    assert.deepEqual({ status, last }, { status: 0, last: '7 passed, 0 failed' });
  });

  test('says what failed', () => {
    const { status, last } = rust('echo "test result: FAILED. 3 passed; 2 failed; 0 ignored;"; exit 101');
    assert.deepEqual({ status, last }, { status: 1, last: '3 passed, 2 failed' });
  });

  test('counts a runner that died without a count as a failure', () => {
    const { status, last } = rust('echo "test result: ok. 3 passed; 0 failed; 0 ignored;"; exit 134');
    assert.deepEqual({ status, last }, { status: 1, last: '3 passed, 1 failed' });
  });

  test('counts a skipped test as a failure', () => {
    const { status, last, stderr } = rust('echo "test result: ok. 3 passed; 0 failed; 1 ignored;"');
    assert.deepEqual({ status, last }, { status: 1, last: '3 passed, 1 failed' });
    assert.match(stderr, /1 skipped/);
  });

  test('counts a suite that ran nothing as a failure', () => {
    const { status, last } = rust('exit 0');
    assert.deepEqual({ status, last }, { status: 1, last: '0 passed, 1 failed' });
  });
});
