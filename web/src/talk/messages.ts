// The list of a call's messages: where a new one goes, and which one is known already. Pure functions on immutable lists.
import type { Refusal } from './port';

export interface Person {
  account: string;
  name: string;
}

export type Delivery =
  /** On its way; nobody answered yet. */
  | 'sending'
  | 'sent'
  /** Everyone here has it, but the history of a room that keeps its chat does not. */
  | 'notKept'
  /** Did not leave this browser. */
  | 'offline'
  | Refusal;

export interface ChatMessage {
  /** The same for as long as the message is shown. */
  key: string;
  stream: string | undefined;
  id: number | undefined;
  from: Person;
  own: boolean;
  /** Set on private ones. */
  to: Person | undefined;
  text: string;
  /** Milliseconds since the epoch. */
  sentAt: number;
  delivery: Delivery;
}

export interface MessageList {
  messages: readonly ChatMessage[];
  /** The place of the first message in a count that does not shift when older ones come in front or the oldest go. */
  first: number;
}

export const EMPTY: MessageList = { messages: [], first: 0 };

/** More would make the page heavy, whoever writes them. */
export const MOST_MESSAGES = 10_000;

export function append({ messages, first }: MessageList, message: ChatMessage): MessageList {
  const surplus = Math.max(0, messages.length + 1 - MOST_MESSAGES);
  return { messages: [...messages.slice(surplus), message], first: first + surplus };
}

export function replace(list: MessageList, key: string, change: (message: ChatMessage) => ChatMessage): MessageList {
  const index = list.messages.findLastIndex((message) => message.key === key);
  const message = list.messages[index];
  return message === undefined ? list : { ...list, messages: list.messages.with(index, change(message)) };
}

export function remove(list: MessageList, key: string): MessageList {
  return { ...list, messages: list.messages.filter((message) => message.key !== key) };
}

/** Puts a page of the history, oldest first, where it belongs; what is known already stays as it is. `added` are the new ones. */
export function merge(list: MessageList, page: readonly ChatMessage[]): { list: MessageList; added: readonly ChatMessage[] } {
  const ids = new Set(list.messages.map((message) => message.id));
  const streams = new Set(list.messages.map((message) => message.stream));
  const added = page.filter((message) => !ids.has(message.id) && (message.stream === undefined || !streams.has(message.stream)));
  if (added.length === 0) return { list, added };
  const oldest = list.messages[0];
  const older = oldest === undefined ? added : added.filter((message) => comesAfter(oldest, message));
  const messages = [...older, ...list.messages];
  for (const message of added.slice(older.length)) {
    let at = messages.length;
    for (let before = messages[at - 1]; before !== undefined && comesAfter(before, message); before = messages[at - 1]) at -= 1;
    messages.splice(at, 0, message);
  }
  const surplus = Math.max(0, messages.length - MOST_MESSAGES);
  return { list: { messages: messages.slice(surplus), first: list.first - older.length + surplus }, added };
}

/** By the server's numbers where both have one: clocks differ. */
function comesAfter(a: ChatMessage, b: ChatMessage): boolean {
  return a.id !== undefined && b.id !== undefined ? a.id > b.id : a.sentAt > b.sentAt;
}

const TOGETHER_MS = 5 * 60_000;

/** Whether a message goes on in the group of the one before it: of the same person, to the same, soon after, on the same day. */
export function continues(message: ChatMessage, before: ChatMessage | undefined): boolean {
  return (
    before !== undefined &&
    before.from.account === message.from.account &&
    before.to?.account === message.to?.account &&
    Math.abs(message.sentAt - before.sentAt) < TOGETHER_MS &&
    !startsDay(message, before)
  );
}

export function startsDay(message: ChatMessage, before: ChatMessage | undefined): boolean {
  return before === undefined || new Date(message.sentAt).toDateString() !== new Date(before.sentAt).toDateString();
}
