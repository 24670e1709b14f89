// What people tell each other in a call beside picture and sound, put together.
import type { CallState } from '../call/model';
import type { Readable } from '../ui/store';
import { Announcer } from './announcer';
import { ChatModel, type ReadHistory } from './chat';
import { HandsModel } from './hands';
import { messageSound } from './messageSound';
import type { TalkPort } from './port';
import { ReactionsModel } from './reactions';
import { tellHandFailed, tellHandLowered, tellHands } from './tellHands';

export type { ReadHistory } from './chat';

export interface Talk {
  chat: ChatModel;
  hands: HandsModel;
  reactions: ReactionsModel;
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
  const hands = new HandsModel(port, { call, now: Date.now, raised: tellHands, failed: tellHandFailed, lowered: tellHandLowered });
  const reactions = new ReactionsModel(port, {
    ownIdentity: () => call.get().local.identity,
    now: Date.now,
    arrived: (identity, reaction) => {
      const name = call.get().remotes.find((view) => view.identity === identity)?.name ?? '';
      announcer.say({ kind: 'reaction', name, reaction });
    },
  });
  return { chat, hands, reactions, announcer };
}
