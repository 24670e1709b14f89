// The talk port on top of livekit-client: chat as text streams, which other LiveKit clients understand, the server's receipts for it and reactions as
// data, a raised hand as an attribute of its participant.
// Everything that comes in is checked and cut to size here.
import { type Participant, type Room, RoomEvent, type TextStreamReader } from 'livekit-client';
import { numberOf } from './numbers';
import { emojiOf, reactionOf, type Reaction } from '../talk/reactionList';
import { LONGEST_TEXT, REFUSALS, type IncomingText, type OutgoingText, type Receipt, type TalkPort } from '../talk/port';

const CHAT = 'lk.chat';
const RECEIPTS = 'rotunda.chat';
const REACTION = 'rotunda.reaction';
/** Attributes of a chat stream; the first two are the server's. */
const ID = 'rotunda.id';
const SENT = 'rotunda.sent';
const TO = 'rotunda.to';

const LONGEST_NAME = 300;
const LONGEST_RECEIPT = 1_000;
const LONGEST_REACTION = 16;
/** Streams of one sender that did not end yet, and how long one may take: whoever never ends them must not fill the memory. */
const MOST_STREAMS = 20;
const STREAM_LIMIT_MS = 20_000;

/** Of a participant: when their hand went up. */
export const HAND = 'rotunda.hand';

export class LivekitTalk implements TalkPort {
  readonly #room: Room;
  readonly #streams = new Map<string, number>();
  #heardText: (message: IncomingText) => void = () => undefined;
  #heardReceipt: (receipt: Receipt) => void = () => undefined;
  #heardReaction: (identity: string, reaction: Reaction) => void = () => undefined;

  constructor(room: Room) {
    this.#room = room;
    room.registerTextStreamHandler(CHAT, (reader, { identity }) => void this.#read(reader, identity).catch(() => undefined));
    room.on(RoomEvent.DataReceived, (payload, participant, _kind, topic) => this.#data(payload, participant, topic));
  }

  onText(listener: (message: IncomingText) => void): void {
    this.#heardText = listener;
  }

  onReceipt(listener: (receipt: Receipt) => void): void {
    this.#heardReceipt = listener;
  }

  onReaction(listener: (identity: string, reaction: Reaction) => void): void {
    this.#heardReaction = listener;
  }

  async sendReaction(reaction: Reaction): Promise<void> {
    await this.#room.localParticipant.publishData(new TextEncoder().encode(emojiOf(reaction)), { reliable: true, topic: REACTION });
  }

  async setHand(raisedAt: number | undefined): Promise<void> {
    await this.#room.localParticipant.setAttributes({ [HAND]: raisedAt === undefined ? '' : String(raisedAt) });
  }

  async sendText({ stream, text, to }: OutgoingText): Promise<void> {
    const writer = await this.#room.localParticipant.streamText({
      streamId: stream,
      topic: CHAT,
      totalSize: new TextEncoder().encode(text).byteLength,
      ...(to === undefined ? {} : { destinationIdentities: [...to.identities], attributes: { [TO]: to.account } }),
    });
    await writer.write(text);
    await writer.close();
  }

  async #read(reader: TextStreamReader, identity: string): Promise<void> {
    const open = this.#streams.get(identity) ?? 0;
    if (open >= MOST_STREAMS) return;
    this.#streams.set(identity, open + 1);
    try {
      // They may have left before the end of their message has come.
      const name = this.#room.remoteParticipants.get(identity)?.name ?? '';
      const text = await readBounded(reader);
      if (text.trim() === '') return;
      const { id, attributes } = reader.info;
      this.#heardText({
        stream: id.slice(0, LONGEST_NAME),
        id: numberOf(attributes?.[ID]),
        identity,
        name: name.slice(0, LONGEST_NAME),
        text,
        sentAt: numberOf(attributes?.[SENT]),
        to: attributes?.[TO]?.slice(0, LONGEST_NAME),
      });
    } finally {
      const left = (this.#streams.get(identity) ?? 1) - 1;
      if (left > 0) this.#streams.set(identity, left);
      else this.#streams.delete(identity);
    }
  }

  #data(payload: Uint8Array, participant: Participant | undefined, topic: string | undefined): void {
    // Receipts are the server's, who is no participant.
    if (topic === RECEIPTS && participant === undefined && payload.byteLength <= LONGEST_RECEIPT) {
      const receipt = parseReceipt(new TextDecoder().decode(payload));
      if (receipt !== undefined) this.#heardReceipt(receipt);
    }
    if (topic === REACTION && participant !== undefined && payload.byteLength <= LONGEST_REACTION) {
      const reaction = reactionOf(new TextDecoder().decode(payload));
      if (reaction !== undefined) this.#heardReaction(participant.identity, reaction);
    }
  }
}

async function readBounded(reader: TextStreamReader): Promise<string> {
  let text = '';
  for await (const piece of reader.withAbortSignal(AbortSignal.timeout(STREAM_LIMIT_MS))) {
    text += piece;
    // In units of the encoding, of which a character has two at most.
    if (text.length > 2 * LONGEST_TEXT) break;
  }
  const characters = Array.from(text);
  return characters.length <= LONGEST_TEXT ? text : `${characters.slice(0, LONGEST_TEXT).join('')}…`;
}

export function parseReceipt(text: string): Receipt | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(read));
  const [stream, id, error] = [fields.get('stream'), fields.get('id'), fields.get('error')];
  if (typeof stream !== 'string') return undefined;
  if (error !== undefined) return { stream, outcome: { refused: REFUSALS.find((refusal) => refusal === error) ?? 'unknown' } };
  return { stream, outcome: { id: typeof id === 'number' && Number.isSafeInteger(id) ? id : undefined } };
}
