// Waits for the server after a call broke: asks at growing intervals, and at once when the browser says that the network is back.

const FIRST_MS = 1_500;
const MOST_MS = 15_000;
const ASK_MS = 5_000;

export interface ServerBackEnvironment {
  ready: (signal: AbortSignal) => Promise<boolean>;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
}

export async function serverBack(signal: AbortSignal, env: ServerBackEnvironment): Promise<void> {
  for (let wait = FIRST_MS; ; wait = Math.min(wait * 1.6, MOST_MS)) {
    await env.sleep(wait * (0.75 + env.random() * 0.5), signal);
    if (await env.ready(AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]))) return;
    signal.throwIfAborted();
  }
}

export const browserServerBack: ServerBackEnvironment = {
  async ready(signal) {
    try {
      return (await fetch('/readyz', { cache: 'no-store', signal })).ok;
    } catch {
      return false;
    }
  },
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        window.removeEventListener('online', done);
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = () => {
        done();
        reject(new Error('aborted'));
      };
      const timer = setTimeout(done, ms);
      window.addEventListener('online', done);
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
    });
  },
  random: Math.random,
};
