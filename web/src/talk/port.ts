// What chat, reactions and raised hands need from the media library. What comes in was checked and bounded there.

import type { Reaction } from './reactionList';

/** In characters as people count them, not in units of an encoding. */
export const LONGEST_TEXT = 4_000;

export interface IncomingText {
  /** The sender's own name of the message; a server that keeps messages says it again in the history. */
  stream: string;
  /** Its number in the history; undefined when it is not kept. */
  id: number | undefined;
  identity: string;
  name: string;
  text: string;
  /** Milliseconds since the epoch by the server's clock; undefined where the server does not say. */
  sentAt: number | undefined;
  /** The account that it is for, when it is private. */
  to: string | undefined;
}

export interface OutgoingText {
  stream: string;
  text: string;
  /** Without it, the message is for everyone. */
  to?: { account: string; identities: readonly string[] };
}

/** Why the server did not pass a message on. */
export const REFUSALS = ['chat_disabled', 'too_long', 'too_fast', 'malformed'] as const;
export type Refusal = (typeof REFUSALS)[number] | 'unknown';

/** What the server did with an own message. */
export interface Receipt {
  stream: string;
  outcome: { id: number | undefined } | { refused: Refusal };
}

export interface TalkPort {
  onText(listener: (message: IncomingText) => void): void;
  /** Servers that know no receipts never call back. */
  onReceipt(listener: (receipt: Receipt) => void): void;
  /** Rejects when it could not be sent. */
  sendText(message: OutgoingText): Promise<void>;
  onReaction(listener: (identity: string, reaction: Reaction) => void): void;
  sendReaction(reaction: Reaction): Promise<void>;
  /** When the own hand went up, in milliseconds since the epoch; undefined takes it down. Rejects when the server does not confirm it. */
  setHand(raisedAt: number | undefined): Promise<void>;
}
