// Raised hands: whose are up, in the order in which they went up, and the own one. In: the participants' snapshots. Out: the order, and who raised theirs
// since the last look.
import { accountOf } from '../call/avatar';
import type { CallState } from '../call/model';
import { Store, type Readable } from '../ui/store';
import type { TalkPort } from './port';

export interface RaisedHand {
  account: string;
  name: string;
  isLocal: boolean;
  /** Stands for the colour. */
  identity: string;
  raisedAt: number;
}

export interface HandsState {
  /** The first raised first; one for each person. */
  order: readonly RaisedHand[];
  /** The own one: what is, or what was just asked for. */
  raised: boolean;
  busy: boolean;
}

export interface HandsEnvironment {
  call: Readable<CallState>;
  now: () => number;
  /** Hears who of the others has just raised a hand. */
  raised: (names: readonly string[]) => void;
  failed: () => void;
  /** The own hand went down by another's doing. */
  lowered: () => void;
}

export class HandsModel {
  readonly state = new Store<HandsState>({ order: [], raised: false, busy: false });
  readonly #port: TalkPort;
  readonly #env: HandsEnvironment;
  #wanted: boolean | undefined;
  /** Whose hands were up at the last look; undefined before the first. */
  #known: ReadonlySet<string> | undefined;
  /** The last own word was to raise it; answers may be slower than what they are about. */
  #raising = false;
  /** Whether the own hand was up at the last look, while connected. */
  #wasUp = false;

  constructor(port: TalkPort, env: HandsEnvironment) {
    this.#port = port;
    this.#env = env;
    env.call.subscribe(() => this.#look());
    this.#look();
  }

  toggle(): void {
    if (this.#wanted !== undefined || this.#env.call.get().phase !== 'connected') return;
    this.#wanted = !this.state.get().raised;
    this.#raising = this.#wanted;
    this.#look();
    this.#port
      .setHand(this.#wanted ? this.#env.now() : undefined)
      .catch(() => this.#env.failed())
      .finally(() => {
        this.#wanted = undefined;
        this.#look();
      });
  }

  #look(): void {
    const { phase, local, remotes } = this.#env.call.get();
    const before = this.state.get();
    const order = handsOf({ local, remotes });
    const raised = this.#wanted ?? local.hand > 0;
    const busy = this.#wanted !== undefined;
    const same = sameOrder(order, before.order);
    if (!same || raised !== before.raised || busy !== before.busy) this.state.set({ order: same ? before.order : order, raised, busy });
    const up = phase === 'connected' && local.hand > 0;
    const lowered = this.#wasUp && !up && this.#raising && phase === 'connected';
    this.#wasUp = up;
    if (lowered) {
      this.#raising = false;
      this.#env.lowered();
    }
    if (phase !== 'connected') return;
    const news = this.#known === undefined ? [] : order.filter(({ account, isLocal }) => !isLocal && this.#known?.has(account) === false);
    this.#known = new Set(order.map(({ account }) => account));
    if (news.length > 0) this.#env.raised(news.map(({ name }) => name));
  }
}

/** By the clock of whoever raised it. A person with several devices has one hand. */
export function handsOf({ local, remotes }: Pick<CallState, 'local' | 'remotes'>): readonly RaisedHand[] {
  const own = accountOf(local.identity);
  const hands = new Map<string, RaisedHand>();
  for (const { identity, name, hand } of [local, ...remotes]) {
    const account = accountOf(identity);
    const known = hands.get(account);
    if (hand === 0 || (known !== undefined && known.raisedAt <= hand)) continue;
    hands.set(account, { account, name, isLocal: account === own, identity, raisedAt: hand });
  }
  return [...hands.values()].sort((a, b) => a.raisedAt - b.raisedAt || (a.account < b.account ? -1 : 1));
}

function sameOrder(a: readonly RaisedHand[], b: readonly RaisedHand[]): boolean {
  return a.length === b.length && a.every((hand, index) => hand.account === b[index]?.account && hand.name === b[index].name && hand.raisedAt === b[index].raisedAt);
}
