// The history of a room's chat as the chat's model reads it.
import type { MessagesApi } from '../api/messages';
import { HISTORY_PAGE, type ReadHistory } from './chat';
import { LONGEST_TEXT } from './port';

export function historyOf(messages: Pick<MessagesApi, 'list'>, roomId: string): ReadHistory {
  return async (before) => {
    const page = await messages.list(roomId, before, HISTORY_PAGE);
    return page?.map(({ id, identity, name, text, sentOn, stream }) => {
      const sentAt = Date.parse(sentOn);
      return { id, identity, name, text: text.slice(0, 2 * LONGEST_TEXT), sentAt: Number.isNaN(sentAt) ? 0 : sentAt, stream: stream ?? undefined };
    });
  };
}
