import { EventEmitter } from 'node:events';
import { RoomEvent, type Room } from 'livekit-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { settle } from '../test/fakes';
import { LONGEST_TEXT, type IncomingText, type Receipt } from '../talk/port';
import { LivekitTalk } from './talk';

type Handler = (reader: unknown, from: { identity: string }) => void;

class FakeRoom extends EventEmitter {
  readonly handlers = new Map<string, Handler>();
  readonly remoteParticipants = new Map([['2:tab', { name: 'Bo' }]]);

  registerTextStreamHandler(topic: string, handler: Handler): void {
    this.handlers.set(topic, handler);
  }

  /** A stream of chat as the library hands it over. */
  stream(id: string, pieces: readonly string[], attributes: Record<string, string> = {}, identity = '2:tab'): void {
    const reader = {
      info: { id, attributes },
      withAbortSignal: () => reader,
      async *[Symbol.asyncIterator]() {
        for (const piece of pieces) yield await Promise.resolve(piece);
      },
    };
    this.handlers.get('lk.chat')?.(reader, { identity });
  }

  packet(json: string, topic: string, participant?: object): void {
    this.emit(RoomEvent.DataReceived, new TextEncoder().encode(json), participant, 0, topic);
  }
}

describe('chat on the wire', () => {
  let room: FakeRoom;
  let talk: LivekitTalk;
  let heard: IncomingText[];
  let receipts: Receipt[];

  beforeEach(() => {
    room = new FakeRoom();
    heard = [];
    receipts = [];
    talk = new LivekitTalk(room as unknown as Room);
    talk.onText((message) => heard.push(message));
    talk.onReceipt((receipt) => receipts.push(receipt));
  });

  it('reads a message that comes in pieces, and what the server wrote on it', async () => {
    room.stream('s1', ['hel', 'lo'], { 'rotunda.id': '12', 'rotunda.sent': '1764300000000', 'rotunda.to': '1' });
    await settle();
    expect(heard).toEqual([{ stream: 's1', id: 12, identity: '2:tab', name: 'Bo', text: 'hello', sentAt: 1764300000000, to: '1' }]);
  });

  it('reads a message of a server that writes nothing on it, and of someone who has left', async () => {
    room.stream('s1', ['hello'], {}, '9:tab');
    await settle();
    expect(heard).toEqual([{ stream: 's1', id: undefined, identity: '9:tab', name: '', text: 'hello', sentAt: undefined, to: undefined }]);
  });

  it.each(['-1', '1e3', '', 'NaN', '99999999999999999999', '1.5'])('takes %j for no number', async (id) => {
    room.stream('s1', ['a'], { 'rotunda.id': id });
    await settle();
    expect(heard[0]?.id).toBeUndefined();
  });

  it('cuts what is too long, and drops what is empty', async () => {
    room.stream('long', Array.from({ length: 50 }, () => 'x'.repeat(1_000)));
    room.stream('empty', [' ', '\n']);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard.map(({ text }) => text)).toEqual([`${'x'.repeat(LONGEST_TEXT)}…`]);
  });

  it('reads reactions of participants, and nothing else under that name', () => {
    const reactions: [string, string][] = [];
    talk.onReaction((identity, reaction) => reactions.push([identity, reaction]));
    const bo = { identity: '2:tab' };
    room.packet('🎉', 'rotunda.reaction', bo);
    room.packet('❤', 'rotunda.reaction', bo);
    for (const text of ['<b>hi</b>', '🎉🎉', '', 'x'.repeat(100_000)]) room.packet(text, 'rotunda.reaction', bo);
    room.packet('🎉', 'rotunda.reaction');
    room.packet('🎉', 'lk.chat', bo);
    expect(reactions).toEqual([
      ['2:tab', 'party'],
      ['2:tab', 'heart'],
    ]);
  });

  it('reads receipts of the server, and of nobody else', () => {
    room.packet('{"stream":"a","id":3}', 'rotunda.chat');
    room.packet('{"stream":"b","id":null}', 'rotunda.chat');
    room.packet('{"stream":"c","error":"too_fast"}', 'rotunda.chat');
    room.packet('{"stream":"d","error":"something_new"}', 'rotunda.chat');
    expect(receipts).toEqual([
      { stream: 'a', outcome: { id: 3 } },
      { stream: 'b', outcome: { id: undefined } },
      { stream: 'c', outcome: { refused: 'too_fast' } },
      { stream: 'd', outcome: { refused: 'unknown' } },
    ]);
    receipts = [];
    room.packet('{"stream":"a","error":"too_fast"}', 'rotunda.chat', { identity: '2:tab' });
    room.packet('not json', 'rotunda.chat');
    room.packet('[1]', 'rotunda.chat');
    room.packet('{"id":3}', 'rotunda.chat');
    room.packet('{"stream":"a","id":3}', 'other');
    expect(receipts).toEqual([]);
  });
});
