// The real server as a child process: its own data folder, free ports, stopped at the end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** The debug binary that `cargo build` left. */
export function binary() {
  const path = process.env.ROTUNDA_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug/rotunda');
  if (!existsSync(path)) throw new Error(`${path} is not there: cargo build`);
  return path;
}

/** A TCP port that nobody listens on. */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
  probe.close();
  await once(probe, 'close');
  return port;
}

/** A UDP port that nobody is bound to. */
export async function freeUdpPort() {
  const probe = createSocket('udp4').bind(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  await /** @type {Promise<void>} */ (new Promise((done) => probe.close(done)));
  return port;
}

/** The environment without settings of the server's: only what a test says counts. */
export const bareEnvironment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ROTUNDA_') && name !== 'DATABASE_URL'));

/** A running server. */
export class Server {
  /** @type {import('node:child_process').ChildProcess | undefined} */ #child;
  #log = '';
  /** @type {string} */ #folder;

  /**
   * @param {{host: string, port: number, metricsPort: number, udpPort: number, folder: string, args: string[]}} place
   */
  constructor({ host, port, metricsPort, udpPort, folder, args }) {
    this.url = `http://${host}:${port}`;
    this.wsUrl = `ws://${host}:${port}`;
    this.host = host;
    this.port = port;
    this.udpPort = udpPort;
    this.metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
    this.#folder = folder;
    this.args = args;
  }

  get log() {
    return this.#log;
  }

  /** Starts, or starts again after stop() or kill() with the same ports and data. */
  async start() {
    const child = spawn(binary(), this.args, { cwd: root, env: bareEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (this.#log += chunk));
    const deadline = Date.now() + 15_000;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${this.#log}`);
      const ready = await fetch(`${this.url}/readyz`).then((r) => r.ok, () => false);
      if (ready) return this;
      if (Date.now() > deadline) throw new Error(`the server is not ready after 15 s:\n${this.#log}`);
      await sleep(50);
    }
  }

  /** @param {NodeJS.Signals} signal @returns {Promise<number | null>} the exit code */
  async #end(signal) {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const closed = once(child, 'close');
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), 8_000);
    const [code] = await closed;
    clearTimeout(late);
    return code;
  }

  stop() {
    return this.#end('SIGTERM');
  }

  kill() {
    return this.#end('SIGKILL');
  }

  /** Ends the server and removes its data. */
  async close() {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/**
 * Starts the server on free ports.
 * @param {{host?: string, externalIp?: string, dev?: boolean, config?: string, args?: string[]}} [wanted]
 *   `dev: false` leaves development mode, which is for loopback alone; `config` is the text of a configuration file
 */
export async function startServer({ host = '127.0.0.1', externalIp = '127.0.0.1', dev = true, config, args = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'rotunda-e2e-'));
  const [port, metricsPort, udpPort] = [await freePort(), await freePort(), await freeUdpPort()];
  const all = [
    ...(dev ? ['--dev'] : []),
    ...['--listen', `${host}:${port}`],
    ...['--data', join(folder, 'data')],
    ...['--rtc-udp-port', `${udpPort}`],
    ...['--external-ip', externalIp],
    ...['--metrics-listen', `127.0.0.1:${metricsPort}`],
    ...args,
  ];
  if (config !== undefined) {
    const file = join(folder, 'rotunda.toml');
    writeFileSync(file, config);
    all.push('--config', file);
  }
  return new Server({ host, port, metricsPort, udpPort, folder, args: all }).start();
}
