// Runs the end-to-end tests: node e2e/run.mjs [--counts FILE] [TEST FILE…]
//
// A file is one area whose tests share one running call; files run one after another, since two cores hold one call at a
// time. Those that hardly do more than wait (`.waits.test.mjs`) run beside the others, and are told last. Those under netns/
// run inside a network namespace of their own, with a default route and a private firewall.
// --counts leaves `PASSED FAILED SKIPPED` in a file; a file that dies without a count is a failure.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
 * @param {'inherit' | number} output where it prints
 * @returns {Promise<number>} the exit code
 */
function runFile(file, counts, prefix, output = 'inherit') {
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
    const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', output, output], detached: true });
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

/** @param {string} counts @param {number} code */
function add(counts, code) {
  const seen = existsSync(counts) && readFileSync(counts, 'utf8').trim() !== ''
    ? JSON.parse(readFileSync(counts, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0 };
  if ((code !== 0 && seen.failed === 0) || seen.passed + seen.failed === 0) seen.failed += 1;
  total.passed += seen.passed;
  total.failed += seen.failed;
  total.skipped += seen.skipped;
}

/** Starts a file whose output waits until it is asked for. @param {string} file @param {number} index */
function startBeside(file, index) {
  const [counts, output] = [join(scratch, `beside-${index}.json`), join(scratch, `beside-${index}.txt`)];
  const printed = openSync(output, 'w');
  const run = runFile(file, counts, [], printed);
  return async () => {
    const code = await run;
    closeSync(printed);
    process.stdout.write(readFileSync(output));
    add(counts, code);
  };
}

try {
  const waits = (/** @type {string} */ file) => file.endsWith('.waits.test.mjs');
  const beside = files.filter(waits).map(startBeside);
  for (const [index, file] of files.filter((file) => !waits(file)).entries()) {
    const counts = join(scratch, `${index}.json`);
    const code = dirname(file).endsWith('netns')
      ? await withNamespace((/** @type {string[]} */ prefix) => runFile(file, counts, prefix))
      : await runFile(file, counts, []);
    add(counts, code);
  }
  for (const finish of beside) await finish();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (countsFile) writeFileSync(countsFile, `${total.passed} ${total.failed} ${total.skipped}\n`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
