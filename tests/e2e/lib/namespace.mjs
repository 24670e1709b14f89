// Network namespaces that a test makes and removes again. Needs root and iproute2.
import { execFileSync } from 'node:child_process';

/** Where media is reached inside a namespace of withNamespace. */
export const NAMESPACE_ADDRESS = '10.78.1.2';

/** @param {string[]} words */
export const ip = (...words) => void execFileSync('ip', words, { stdio: ['ignore', 'inherit', 'inherit'] });

/** @param {string} name the prefix of a command that runs inside */
export const inside = (name) => ['ip', 'netns', 'exec', name];

/** The name of a namespace that nobody else on this machine uses. @param {string} what */
export const namespaceName = (what) => `rotunda-${what}-${process.pid}`;

/**
 * Runs `body` with the prefix of a command that puts a process into a fresh namespace: loopback up, one veth with a default
 * route (Firefox gathers no candidates without one), nothing of the machine's own network reachable.
 * @template T
 * @param {(prefix: string[]) => Promise<T>} body
 */
export async function withNamespace(body) {
  const name = namespaceName('e2e');
  ip('netns', 'add', name);
  try {
    ip('-n', name, 'link', 'set', 'lo', 'up');
    ip('-n', name, 'link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1');
    ip('-n', name, 'addr', 'add', `${NAMESPACE_ADDRESS}/24`, 'dev', 'veth0');
    ip('-n', name, 'link', 'set', 'veth0', 'up');
    ip('-n', name, 'link', 'set', 'veth1', 'up');
    ip('-n', name, 'route', 'add', 'default', 'via', '10.78.1.1', 'dev', 'veth0');
    return await body([...inside(name), 'env', `ROTUNDA_TEST_NAMESPACE=${name}`]);
  } finally {
    ip('netns', 'del', name);
  }
}
