// What the documents name exists: files, make targets, flags, dependencies.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { bareEnvironment, binary, root } from './lib/server.mjs';

const read = (/** @type {string} */ path) => readFileSync(join(root, path), 'utf8');
const documents = [
  ...readdirSync(root),
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ...readdirSync(join(root, 'docs/adr')).map((name) => `docs/adr/${name}`),
].filter((name) => name.endsWith('.md'));

/** What stands in backquotes or code blocks, where commands and names are. @param {string} text */
const codeOf = (text) => [...text.matchAll(/```[^\n]*\n([\s\S]*?)```|`([^`\n]+)`/g)].map((match) => match[1] ?? match[2] ?? '');

test('the links between the documents lead somewhere', () => {
  for (const document of documents) {
    for (const [, target = ''] of read(document).matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const path = normalize(join(dirname(document), target));
      assert.ok(existsSync(join(root, path)), `${document} links to ${target}`);
    }
  }
});

test('the make targets that the documents name exist, and so does what README calls a path', () => {
  const targets = new Set([...read('Makefile').matchAll(/^([a-z0-9-]+):/gm)].map((match) => match[1]));
  for (const document of documents) {
    for (const code of codeOf(read(document))) {
      for (const [, target] of code.matchAll(/(?:^|\n|&& )make ([a-z][a-z0-9-]*)/g)) assert.ok(targets.has(target), `${document} names make ${target}`);
    }
  }
  for (const [, path = ''] of read('README.md').matchAll(/^\| `([^`]+)` \|/gm)) assert.ok(existsSync(join(root, path)), `README names ${path}`);
});

test('make help lists every target, and none without a recipe', () => {
  const help = execFileSync('make', ['-s', 'help'], { cwd: root, encoding: 'utf8' });
  const phony = (read('Makefile').match(/^\.PHONY: (.*)$/m)?.[1] ?? '').split(' ');
  for (const target of phony) assert.match(help, new RegExp(`^  make ${target} `, 'm'));
});

test('the flags that the documents name are in rotunda --help, or in that of its commands', () => {
  const help = [[], ['backup'], ['restore'], ['admin']].map((command) => execFileSync(binary(), [...command, '--help'], { encoding: 'utf8', env: bareEnvironment() })).join('\n');
  const flags = new Set([...help.matchAll(/--[a-z][a-z0-9-]*/g)].map(([flag]) => flag));
  assert.ok(flags.size > 10, 'the help lists the flags');
  for (const document of documents) {
    for (const code of codeOf(read(document))) {
      if (!/^--|^rotunda |\nrotunda |ARGS=/.test(code)) continue;
      for (const [flag] of code.matchAll(/--[a-z][a-z0-9-]*/g)) assert.ok(flags.has(flag), `${document} names ${flag}`);
    }
  }
});

test('every dependency has its row in docs/dependencies.md, and every row its dependency', () => {
  const used = new Set();
  for (const manifest of ['Cargo.toml', 'sfu/Cargo.toml', 'signaling/Cargo.toml']) {
    let inDependencies = false;
    for (const line of read(manifest).split('\n')) {
      if (line.startsWith('[')) inDependencies = /^\[(dev-|build-|target\..*\.)?dependencies\]/.test(line);
      const name = inDependencies && line.match(/^([a-z0-9_-]+)/)?.[1];
      if (name && !name.startsWith('rotunda-')) used.add(name);
    }
  }
  for (const manifest of ['web/package.json', 'tests/package.json']) {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(read(manifest));
    for (const name of [...Object.keys(dependencies), ...Object.keys(devDependencies)]) used.add(name);
  }
  for (const [, name] of read('tests/sdk/requirements.txt').matchAll(/^([a-z0-9_-]+)/gim)) used.add(name);
  const rows = new Set([...read('docs/dependencies.md').matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]));
  assert.deepEqual([...used].filter((name) => !rows.has(name)), [], 'dependencies without a row');
  assert.deepEqual([...rows].filter((name) => !used.has(name)), [], 'rows without a dependency');
});

test('the scripts that run the tests name no registry and no path of one machine', () => {
  for (const file of ['web/package-lock.json', 'tests/package-lock.json']) assert.doesNotMatch(read(file), /"resolved"/, file);
  assert.doesNotMatch(read('Cargo.lock'), /source = "registry\+(?!https:\/\/github\.com\/rust-lang\/crates\.io-index")/);
});

test('every item of the app that this one grew from has its row, and every test that a row names exists', () => {
  const rows = [...read('docs/seed-parity.md').matchAll(/^\| ([APCW]\d+) \|.*\| ([^|]+) \|$/gm)];
  const series = (/** @type {string} */ letter, /** @type {number} */ count) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
  assert.deepEqual(rows.map((row) => row[1]), [...series('A', 15), ...series('P', 18), ...series('C', 12), ...series('W', 14)]);
  for (const [, item, shownBy = ''] of rows) {
    const named = [...shownBy.matchAll(/`([^`]+)` "([^"]+)"/g)];
    assert.ok(named.length > 0, `${item} names a test`);
    for (const [, file = '', name = ''] of named) assert.ok(read(file).includes(name), `${item} names "${name}" in ${file}`);
  }
});
