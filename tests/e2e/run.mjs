// Runs the end-to-end tests: node e2e/run.mjs [--counts FILE] [TEST FILE…]
//
// A file is one area whose tests share one running call; files run one after another, since two cores hold one call at a
// time. Those under netns/ run inside a network namespace of their own, with a default route and a private firewall.
// --counts leaves `PASSED FAILED SKIPPED` in a file; a file that dies without a count is a failure.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withNamespace } from './lib/namespace.mjs';

const here = dirname(fileURLToPath(import.meta.url));
/** More than the longest area takes on two busy cores; a hang must not eat the whole run. */
const FILE_TIMEOUT_MS = 6 * 60_000;

function testFiles() {
  const of = (/** @type {string} */ folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.test.mjs'))
      .sort()
      .map((name) => join(folder, name));
  return [...of(here), ...of(join(here, 'netns'))];
}

/**
 * @param {string} file
 * @param {string} counts
 * @param {string[]} prefix
 * @returns {Promise<number>} the exit code
 */
function runFile(file, counts, prefix) {
  const command = [
    ...prefix,
    process.execPath,
    '--test',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${join(here, 'lib/counts.mjs')}`,
    `--test-reporter-destination=${counts}`,
    file,
  ];
  return new Promise((done) => {
    const child = spawn(command[0] ?? '', command.slice(1), { stdio: 'inherit', detached: true });
    const stop = setTimeout(() => {
      console.error(`${file}: still running after ${FILE_TIMEOUT_MS / 1000} s, ended`);
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    }, FILE_TIMEOUT_MS);
    child.on('close', (code) => {
      clearTimeout(stop);
      done(code ?? 1);
    });
  });
}

const args = process.argv.slice(2);
const countsAt = args.indexOf('--counts');
const countsFile = countsAt >= 0 ? args.splice(countsAt, 2)[1] : undefined;
const files = args.length > 0 ? args.flatMap((list) => list.split(/\s+/)).map((f) => (existsSync(f) ? resolve(f) : resolve(here, '../..', f))) : testFiles();

const total = { passed: 0, failed: 0, skipped: 0 };
const scratch = mkdtempSync(join(tmpdir(), 'rotunda-counts-'));
try {
  for (const [index, file] of files.entries()) {
    const counts = join(scratch, `${index}.json`);
    const inNamespace = dirname(file).endsWith('netns');
    const code = inNamespace
      ? await withNamespace((/** @type {string[]} */ prefix) => runFile(file, counts, prefix))
      : await runFile(file, counts, []);
    const seen = existsSync(counts) && readFileSync(counts, 'utf8').trim() !== ''
      ? JSON.parse(readFileSync(counts, 'utf8'))
      : { passed: 0, failed: 0, skipped: 0 };
    if ((code !== 0 && seen.failed === 0) || seen.passed + seen.failed === 0) seen.failed += 1;
    total.passed += seen.passed;
    total.failed += seen.failed;
    total.skipped += seen.skipped;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (countsFile) writeFileSync(countsFile, `${total.passed} ${total.failed} ${total.skipped}\n`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
