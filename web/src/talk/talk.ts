// What people tell each other in a call beside picture and sound, put together.
import type { CallState } from '../call/model';
import type { Readable } from '../ui/store';
import { Announcer } from './announcer';
import { ChatModel, type ReadHistory } from './chat';
import { messageSound } from './messageSound';
import type { TalkPort } from './port';

export type { ReadHistory } from './chat';

export interface Talk {
  chat: ChatModel;
  announcer: Announcer;
}

export function createTalk(port: TalkPort, call: Readable<CallState>, readHistory: ReadHistory): Talk {
  const announcer = new Announcer();
  const chat = new ChatModel(port, {
    call,
    readHistory,
    now: Date.now,
    newStream: () => crypto.randomUUID(),
    arrived: (message) => {
      announcer.say({ kind: 'message', name: message.from.name, text: message.text, privately: message.to !== undefined });
      messageSound.ring();
    },
  });
  return { chat, announcer };
}
