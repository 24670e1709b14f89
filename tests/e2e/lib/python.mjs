// A participant that the LiveKit SDK for Python makes; see tests/sdk/participant.py.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually, fail } from './expect.mjs';
import { root } from './server.mjs';

/** @typedef {{event: string, identity?: string, text?: string, attributes?: Record<string, string>, topic?: string, reliable?: boolean, frames?: number, width?: number, height?: number, bars?: number[][], hertz?: number, kind?: number, seconds?: number}} Said */

export class PythonParticipant {
  /** @type {Said[]} */ said = [];
  /** @type {import('node:child_process').ChildProcessByStdio<import('node:stream').Writable, import('node:stream').Readable, import('node:stream').Readable>} */ #child;
  #errors = '';

  /** @param {{url: string, token: string, look?: import('./media.mjs').Look}} wanted */
  constructor({ url, token, look }) {
    const publishes = look ? ['--bars', JSON.stringify(look.bars), '--tone', `${look.toneHz}`] : [];
    this.#child = spawn(join(root, 'tests/.venv/bin/python'), [join(root, 'tests/sdk/participant.py'), '--url', url, '--token', token, ...publishes], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) this.said.push(JSON.parse(line));
    });
    this.#child.stderr.on('data', (chunk) => (this.#errors += chunk));
  }

  /** Waits until it said something. @param {string} what @param {(said: Said) => boolean} is @param {number} [milliseconds] */
  async until(what, is, milliseconds = 20_000) {
    return eventually(`the SDK says: ${what}`, () => this.said.find(is), milliseconds).catch((error) =>
      fail(`${error.message}\nit said: ${JSON.stringify(this.said.slice(-12))}\n${this.#errors.slice(-2000)}`));
  }

  /** @param {object} command */
  tell(command) {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
  }

  /** Leaves the room in order. */
  async leave() {
    this.tell({ leave: true });
    await this.until('gone', ({ event }) => event === 'gone');
    await this.end();
  }

  /** Ends the process, as a crash would. */
  async end() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
  }
}
