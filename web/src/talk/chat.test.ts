import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CallModel } from '../call/model';
import { NO_ROOM_STATE } from '../call/roomState';
import { FakePort, FakeTalk, GRANT, participant, settle } from '../test/fakes';
import { ChatModel, HISTORY_PAGE, lengthOf, type KeptMessage, type ReadHistory } from './chat';
import { LONGEST_TEXT, type IncomingText } from './port';

const NO_TRACKS = Promise.resolve({ camera: undefined, microphone: undefined });
const incoming = (stream: string, changes: Partial<IncomingText> = {}): IncomingText => ({
  stream,
  id: undefined,
  identity: '2:tab',
  name: 'Bo',
  text: stream,
  sentAt: undefined,
  to: undefined,
  ...changes,
});
const kept = (id: number): KeptMessage => ({ id, identity: '2:tab', name: 'Bo', text: `kept ${id}`, sentAt: id, stream: `s${id}` });
const page = (newest: number, oldest: number) => Array.from({ length: newest - oldest + 1 }, (_, step) => kept(newest - step));

describe('the chat', () => {
  let callPort: FakePort;
  let talk: FakeTalk;
  let chat: ChatModel;
  let history: ReadHistory;
  let arrived: string[];
  let streams: number;

  beforeEach(async () => {
    callPort = new FakePort();
    callPort.remotes = [participant('2:tab', { name: 'Bo' }), participant('2:phone', { name: 'Bo' }), participant('1:phone', { name: 'Me' }), participant('3:tab', { name: 'Cy' })];
    talk = new FakeTalk();
    history = () => Promise.resolve(undefined);
    arrived = [];
    streams = 0;
    const call = new CallModel(callPort, { notify: () => undefined, ended: () => undefined });
    chat = new ChatModel(talk, {
      call: call.state,
      readHistory: (before) => history(before),
      now: () => 1_000,
      newStream: () => `own${++streams}`,
      arrived: ({ text }) => arrived.push(text),
    });
    await call.start(GRANT, NO_TRACKS);
  });

  const messages = () => chat.state.get().messages;
  const texts = () => messages().map(({ text }) => text);
  const write = (text: string) => {
    chat.write(text);
    return chat.send();
  };

  describe('sending', () => {
    it('shows the own message at once, empties the field, and says when it is out', async () => {
      expect(write('  hello\nyou  ')).toBe(true);
      expect(messages()).toMatchObject([{ own: true, text: 'hello\nyou', delivery: 'sending', from: { account: '1', name: 'Me' } }]);
      expect(chat.draft.get().text).toBe('');
      expect(talk.sent).toEqual([{ stream: 'own1', text: 'hello\nyou' }]);
      await settle();
      expect(messages()).toMatchObject([{ delivery: 'sent' }]);
    });

    it('sends nothing that is empty or too long, and keeps what was written', () => {
      expect(write(' \n ')).toBe(false);
      expect(write('x'.repeat(LONGEST_TEXT + 1))).toBe(false);
      expect(chat.draft.get().text).toHaveLength(LONGEST_TEXT + 1);
      expect(talk.sent).toEqual([]);
    });

    it('counts characters, not units of their encoding', () => {
      expect(lengthOf('😀'.repeat(LONGEST_TEXT))).toBe(LONGEST_TEXT);
      expect(write('😀'.repeat(LONGEST_TEXT))).toBe(true);
    });

    it('says what became of it by the receipt', () => {
      for (const text of ['kept', 'refused', 'not kept']) write(text);
      callPort.change({ room: { ...NO_ROOM_STATE, keepChat: true } });
      talk.receipt({ stream: 'own1', outcome: { id: 7 } });
      talk.receipt({ stream: 'own2', outcome: { refused: 'too_fast' } });
      talk.receipt({ stream: 'own3', outcome: { id: undefined } });
      expect(messages()).toMatchObject([{ id: 7, delivery: 'sent' }, { delivery: 'too_fast' }, { delivery: 'notKept' }]);
    });

    it('has no sign of not being kept where nothing is', () => {
      write('a');
      talk.receipt({ stream: 'own1', outcome: { id: undefined } });
      expect(messages()).toMatchObject([{ delivery: 'sent' }]);
    });

    it('lets a receipt that was faster stand', async () => {
      write('a');
      talk.receipt({ stream: 'own1', outcome: { refused: 'chat_disabled' } });
      await settle();
      expect(messages()).toMatchObject([{ delivery: 'chat_disabled' }]);
    });

    it('sends what failed again, at the end', async () => {
      talk.sendResult = Promise.reject(new Error('closed'));
      write('a');
      await settle();
      expect(messages()).toMatchObject([{ delivery: 'offline' }]);
      talk.sendResult = Promise.resolve();
      talk.hear(incoming('b'));
      chat.resend('own1');
      await settle();
      expect(messages()).toMatchObject([{ text: 'b' }, { text: 'a', delivery: 'sent', stream: 'own2' }]);
    });

    it('waits for a broken connection', async () => {
      callPort.change({ connection: 'reconnecting' });
      write('later');
      await settle();
      expect(talk.sent).toEqual([]);
      expect(messages()).toMatchObject([{ delivery: 'sending' }]);
      callPort.change({ connection: 'connected' });
      await settle();
      expect(talk.sent).toMatchObject([{ text: 'later' }]);
      expect(messages()).toMatchObject([{ delivery: 'sent' }]);
    });

    it('is for hosts alone while the chat is off', () => {
      callPort.change({ room: { ...NO_ROOM_STATE, chatDisabled: true, owner: '2' } });
      expect(write('a')).toBe(false);
      callPort.change({ room: { ...NO_ROOM_STATE, chatDisabled: true, owner: '2', cohosts: ['1'] } });
      expect(chat.send()).toBe(true);
    });
  });

  describe('a private message', () => {
    beforeEach(() => chat.writeTo({ account: '2', name: 'Bo' }));

    it('goes to all devices of that person and the own other ones, to nobody else', () => {
      write('psst');
      expect(talk.sent).toEqual([{ stream: 'own1', text: 'psst', to: { account: '2', identities: ['2:phone', '2:tab', '1:phone'] } }]);
      expect(messages()).toMatchObject([{ to: { account: '2', name: 'Bo' } }]);
      expect(chat.draft.get().to).toEqual({ account: '2', name: 'Bo' });
    });

    it('stays unsent when they have left, rather than going to everyone', () => {
      callPort.change({ remotes: [participant('3:tab')] });
      expect(write('psst')).toBe(false);
      expect(talk.sent).toEqual([]);
      expect(chat.draft.get()).toEqual({ text: 'psst', to: { account: '2', name: 'Bo' } });
    });

    it('is never told to be missing in the history', () => {
      callPort.change({ room: { ...NO_ROOM_STATE, keepChat: true } });
      write('psst');
      talk.receipt({ stream: 'own1', outcome: { id: undefined } });
      expect(messages()).toMatchObject([{ delivery: 'sent' }]);
    });

    it('from someone else says so', () => {
      talk.hear(incoming('x', { to: '1' }));
      expect(messages()).toMatchObject([{ own: false, to: { account: '1', name: 'Me' } }]);
    });

    it('from the own phone is the own', () => {
      talk.hear(incoming('x', { identity: '1:phone', to: '2' }));
      expect(messages()).toMatchObject([{ own: true, to: { account: '2', name: 'Bo' } }]);
      expect(chat.state.get().unread).toBe(0);
    });
  });

  describe('unread', () => {
    it('counts what others write until it is read', () => {
      talk.hear(incoming('a'));
      talk.hear(incoming('b'));
      write('own');
      expect(chat.state.get().unread).toBe(2);
      chat.setReading(true);
      talk.hear(incoming('c'));
      expect(chat.state.get().unread).toBe(0);
      chat.setReading(false);
      talk.hear(incoming('d'));
      expect(chat.state.get().unread).toBe(1);
      expect(arrived).toEqual(['a', 'b', 'c', 'd']);
    });

    it('does not count the same message twice', () => {
      talk.hear(incoming('a', { id: 4 }));
      talk.hear(incoming('a', { id: 4 }));
      talk.hear(incoming('another stream', { id: 4 }));
      expect(chat.state.get().unread).toBe(1);
    });
  });

  describe('the history', () => {
    it('comes with the first look, page by page, and ends', async () => {
      const asked = vi.fn((before: number | undefined) => Promise.resolve(before === undefined ? page(120, 71) : page(before - 1, Math.max(1, before - HISTORY_PAGE))));
      history = asked;
      talk.hear(incoming('s120', { id: 120, text: 'kept 120' }));
      await chat.open();
      await chat.open();
      expect(asked.mock.calls).toEqual([[undefined]]);
      expect(messages()).toHaveLength(50);
      expect(chat.state.get()).toMatchObject({ older: 'more', unread: 1 });
      await chat.loadOlder();
      await chat.loadOlder();
      expect(asked.mock.calls.slice(1)).toEqual([[71], [21]]);
      expect(messages()).toHaveLength(120);
      expect(texts()[0]).toBe('kept 1');
      expect(chat.state.get().older).toBe('none');
    });

    it('says that it failed, and may be asked again', async () => {
      history = () => Promise.reject(new Error('503'));
      await chat.open();
      expect(chat.state.get().older).toBe('failed');
      history = () => Promise.resolve(page(3, 1));
      await chat.loadOlder();
      expect(texts()).toEqual(['kept 1', 'kept 2', 'kept 3']);
    });

    it('is empty on servers that keep none', async () => {
      await chat.open();
      expect(chat.state.get()).toMatchObject({ messages: [], older: 'none' });
    });

    it('brings what was missed while the connection was broken, as unread', async () => {
      history = () => Promise.resolve(page(2, 1));
      await chat.open();
      callPort.change({ connection: 'reconnecting' });
      history = (before) => Promise.resolve(before === undefined ? page(100, 51) : page(before - 1, 1));
      callPort.change({ connection: 'connected' });
      await settle();
      expect(messages()).toHaveLength(100);
      expect(texts().at(-1)).toBe('kept 100');
      expect(chat.state.get().unread).toBe(98);
    });
  });
});
