// A TCP connection that a test can cut: a proxy between a client and the server's WebSocket.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Proxy {
  /** @type {Set<import('node:net').Socket>} */ #sockets = new Set();
  /** Refuses new connections while true. */
  closed = false;
  /** How many connections were made through it. */
  connections = 0;

  /** @param {{host: string, port: number}} target */
  constructor(target) {
    this.server = createServer((near) => {
      if (this.closed) {
        near.destroy();
        return;
      }
      this.connections += 1;
      const far = connect(target.port, target.host);
      for (const [from, to] of /** @type {const} */ ([[near, far], [far, near]])) {
        this.#sockets.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
    });
  }

  async listen() {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.server.address());
    this.wsUrl = `ws://127.0.0.1:${port}`;
    return this.wsUrl;
  }

  /** Cuts every connection without a goodbye; new ones are taken. */
  cut() {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  close() {
    this.closed = true;
    this.cut();
    this.server.close();
  }
}
