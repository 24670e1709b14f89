// The chat of one call: what was written, by whom and for whom, what became of own messages, what is unread, and the history of rooms that keep
// their chat. In: the port's messages and receipts, pages of the history. Out: a state for the panel and a count for its button.
import { accountOf } from '../call/avatar';
import type { CallState } from '../call/model';
import { isHost } from '../call/roomState';
import { Store, type Readable } from '../ui/store';
import { append, EMPTY, merge, MOST_MESSAGES, remove, replace, type ChatMessage, type Delivery, type MessageList, type Person } from './messages';
import { LONGEST_TEXT, type IncomingText, type OutgoingText, type Receipt, type TalkPort } from './port';

export interface KeptMessage {
  id: number;
  identity: string;
  name: string;
  text: string;
  sentAt: number;
  stream: string | undefined;
}

/** A page of what the server keeps, newest first; `before` is the id of the oldest that is known. Undefined: nothing is kept here. */
export type ReadHistory = (before: number | undefined) => Promise<readonly KeptMessage[] | undefined>;

export const HISTORY_PAGE = 50;
/** After a broken connection, so many pages at most are asked for what was missed. */
const MOST_MISSED_PAGES = 20;

export type Older =
  /** Nobody looked yet. */
  'unknown' | 'loading' | 'more' | 'none' | 'failed';

export interface ChatState extends MessageList {
  older: Older;
  /** Messages of others that nobody has seen. */
  unread: number;
}

export interface Draft {
  text: string;
  /** Stays as it was chosen even when they leave: what was meant for one person must not go to all. */
  to: Person | undefined;
}

export interface ChatEnvironment {
  call: Readable<CallState>;
  readHistory: ReadHistory;
  now: () => number;
  newStream: () => string;
  /** Hears of each new message of someone else. */
  arrived: (message: ChatMessage) => void;
}

export class ChatModel {
  readonly state = new Store<ChatState>({ ...EMPTY, older: 'unknown', unread: 0 });
  readonly draft = new Store<Draft>({ text: '', to: undefined });
  readonly #port: TalkPort;
  readonly #env: ChatEnvironment;
  /** The oldest id up to which the history is here without a gap. */
  #oldest: number | undefined;
  #reading = false;
  #phase: CallState['phase'];
  /** Own messages that wait for the connection. */
  #waiting: OutgoingText[] = [];

  constructor(port: TalkPort, env: ChatEnvironment) {
    this.#port = port;
    this.#env = env;
    this.#phase = env.call.get().phase;
    port.onText((message) => this.#receive(message));
    port.onReceipt((receipt) => this.#settle(receipt));
    env.call.subscribe(() => this.#follow());
  }

  /** Whether the newest messages are before someone's eyes. */
  setReading(reading: boolean): void {
    this.#reading = reading;
    if (reading) this.#change({ unread: 0 });
  }

  write(text: string): void {
    this.draft.set({ ...this.draft.get(), text });
  }

  writeTo(to: Person | undefined): void {
    this.draft.set({ ...this.draft.get(), to });
  }

  /** Sends what was written; false when it may not go, and stays. */
  send(): boolean {
    const { text, to } = this.draft.get();
    const trimmed = text.trim();
    if (trimmed === '' || lengthOf(trimmed) > LONGEST_TEXT || !mayWrite(this.#env.call.get())) return false;
    if (to !== undefined && this.#devicesOf(to.account).length === 0) return false;
    const { local } = this.#env.call.get();
    const stream = this.#env.newStream();
    const from = { account: accountOf(local.identity), name: local.name };
    const message: ChatMessage = { key: stream, stream, id: undefined, from, own: true, to, text: trimmed, sentAt: this.#env.now(), delivery: 'sending' };
    this.#change(append(this.state.get(), message));
    this.draft.set({ text: '', to });
    this.#post(message);
    return true;
  }

  /** Sends a message again that was refused or did not get out; it moves to the end. */
  resend(key: string): void {
    const failed = this.state.get().messages.find((message) => message.key === key);
    if (failed === undefined || !isFailed(failed.delivery)) return;
    if (failed.to !== undefined && this.#devicesOf(failed.to.account).length === 0) return;
    const stream = this.#env.newStream();
    const message: ChatMessage = { ...failed, key: stream, stream, sentAt: this.#env.now(), delivery: 'sending' };
    this.#change(append(remove(this.state.get(), key), message));
    this.#post(message);
  }

  /** The first look at the history; later ones change nothing. */
  async open(): Promise<void> {
    if (this.state.get().older === 'unknown') await this.loadOlder();
  }

  async loadOlder(): Promise<void> {
    const { older, messages } = this.state.get();
    if (older === 'loading' || older === 'none') return;
    if (messages.length >= MOST_MESSAGES) {
      this.#change({ older: 'none' });
      return;
    }
    this.#change({ older: 'loading' });
    try {
      const page = await this.#env.readHistory(this.#oldest);
      if (page !== undefined) this.#merge(page);
      this.#oldest = page?.at(-1)?.id ?? this.#oldest;
      this.#change({ older: page === undefined || page.length < HISTORY_PAGE ? 'none' : 'more' });
    } catch {
      this.#change({ older: 'failed' });
    }
  }

  #receive(incoming: IncomingText): void {
    const { messages, unread } = this.state.get();
    const { stream, id } = incoming;
    if (messages.some((message) => message.stream === stream || (id !== undefined && message.id === id))) return;
    const account = accountOf(incoming.identity);
    const own = account === this.#ownAccount();
    const message: ChatMessage = {
      key: stream,
      stream,
      id,
      from: { account, name: incoming.name },
      own,
      to: incoming.to === undefined ? undefined : this.#person(incoming.to),
      text: incoming.text,
      sentAt: incoming.sentAt ?? this.#env.now(),
      delivery: 'sent',
    };
    this.#change({ ...append(this.state.get(), message), unread: own || this.#reading ? unread : unread + 1 });
    if (!own) this.#env.arrived(message);
  }

  #settle({ stream, outcome }: Receipt): void {
    const { keepChat } = this.#env.call.get().room;
    this.#change(
      replace(this.state.get(), stream, (message) => {
        if (!message.own) return message;
        if ('refused' in outcome) return { ...message, delivery: outcome.refused };
        const kept = outcome.id !== undefined || message.to !== undefined || !keepChat;
        return { ...message, id: outcome.id, delivery: kept ? 'sent' : 'notKept' };
      }),
    );
  }

  #post(message: ChatMessage): void {
    const { stream, text, to } = message;
    if (stream === undefined) return;
    const identities = to === undefined ? [] : [...this.#devicesOf(to.account), ...this.#devicesOf(this.#ownAccount())];
    const outgoing: OutgoingText = to === undefined ? { stream, text } : { stream, text, to: { account: to.account, identities } };
    if (this.#phase === 'connected') this.#transmit(outgoing);
    else this.#waiting.push(outgoing);
  }

  #transmit(outgoing: OutgoingText): void {
    const told = (delivery: Delivery) => {
      // A receipt may have been faster.
      this.#change(replace(this.state.get(), outgoing.stream, (message) => (message.delivery === 'sending' ? { ...message, delivery } : message)));
    };
    this.#port.sendText(outgoing).then(
      () => told('sent'),
      () => told('offline'),
    );
  }

  /** What waited goes out when the connection stands again, and what others wrote meanwhile is fetched. */
  #follow(): void {
    const before = this.#phase;
    const { phase } = this.#env.call.get();
    this.#phase = phase;
    if (phase !== 'connected' || before === 'connected') return;
    for (const outgoing of this.#waiting.splice(0)) this.#transmit(outgoing);
    if (before === 'reconnecting' && this.state.get().older !== 'unknown') void this.#fetchMissed();
  }

  async #fetchMissed(): Promise<void> {
    let before: number | undefined;
    for (let pages = 0; pages < MOST_MISSED_PAGES; pages += 1) {
      const page = await this.#env.readHistory(before).catch(() => undefined);
      if (page === undefined || page.length === 0) return;
      const missed = this.#merge(page);
      if (!this.#reading) this.#change({ unread: this.state.get().unread + missed.filter(({ own }) => !own).length });
      if (missed.length < HISTORY_PAGE) return;
      before = page.at(-1)?.id;
    }
  }

  /** Says what was not known yet. */
  #merge(page: readonly KeptMessage[]): readonly ChatMessage[] {
    const own = this.#ownAccount();
    const oldestFirst = page.toReversed().map((kept): ChatMessage => {
      const from = { account: accountOf(kept.identity), name: kept.name };
      const { id, stream, text, sentAt } = kept;
      return { key: stream ?? `kept-${id}`, stream, id, from, own: from.account === own, to: undefined, text, sentAt, delivery: 'sent' };
    });
    const { list, added } = merge(this.state.get(), oldestFirst);
    this.#change(list);
    return added;
  }

  #change(changes: Partial<ChatState>): void {
    const now = this.state.get();
    const next = { ...now, ...changes };
    if (next.messages !== now.messages || next.older !== now.older || next.unread !== now.unread) this.state.set(next);
  }

  #ownAccount(): string {
    return accountOf(this.#env.call.get().local.identity);
  }

  #person(account: string): Person {
    const { local, remotes } = this.#env.call.get();
    const view = [local, ...remotes].find(({ identity }) => accountOf(identity) === account);
    return { account, name: view?.name ?? '' };
  }

  #devicesOf(account: string): readonly string[] {
    const { remotes } = this.#env.call.get();
    return remotes.filter(({ identity }) => accountOf(identity) === account).map(({ identity }) => identity);
  }
}

export function lengthOf(text: string): number {
  // Cheap for the usual case: units are never fewer than characters.
  return text.length <= LONGEST_TEXT ? text.length : Array.from(text).length;
}

export function isFailed(delivery: Delivery): boolean {
  return delivery !== 'sending' && delivery !== 'sent' && delivery !== 'notKept';
}

/** Hosts may write where others may not. */
export function mayWrite({ room, local }: Pick<CallState, 'room' | 'local'>): boolean {
  return !room.chatDisabled || isHost(room, local.identity);
}
