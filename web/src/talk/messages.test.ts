import { describe, expect, it } from 'vitest';
import { append, continues, EMPTY, merge, MOST_MESSAGES, type ChatMessage, type MessageList } from './messages';

const message = (key: string, changes: Partial<ChatMessage> = {}): ChatMessage => ({
  key,
  stream: key,
  id: undefined,
  from: { account: '2', name: 'Bo' },
  own: false,
  to: undefined,
  text: key,
  sentAt: 0,
  delivery: 'sent',
  ...changes,
});
const kept = (id: number) => message(`s${id}`, { id, sentAt: id * 1_000 });
const keys = ({ messages }: MessageList) => messages.map(({ key }) => key).join(' ');
const listOf = (...messages: ChatMessage[]) => messages.reduce(append, EMPTY);

describe('the list of messages', () => {
  it('takes an older page in front, without shifting the places of the others', () => {
    const { list } = merge(listOf(kept(5), kept(6)), [kept(3), kept(4)]);
    expect(keys(list)).toBe('s3 s4 s5 s6');
    expect(list.first).toBe(-2);
  });

  it('knows a message by its number and by its stream', () => {
    const live = listOf(message('s3', { id: undefined }), message('other', { id: 4 }));
    const { list, added } = merge(live, [kept(3), kept(4)]);
    expect(added).toEqual([]);
    expect(list).toBe(live);
  });

  it('puts what was missed between what is known', () => {
    const { list, added } = merge(listOf(kept(1), kept(5)), [kept(2), kept(3), kept(5), kept(6)]);
    expect(keys(list)).toBe('s1 s2 s3 s5 s6');
    expect(added.map(({ id }) => id)).toEqual([2, 3, 6]);
  });

  it('places by number, whatever a clock says, and by time where there is no number', () => {
    const { list } = merge(listOf({ ...kept(4), sentAt: 0 }, message('private', { sentAt: 9_500 })), [kept(2), kept(9), kept(10)]);
    expect(keys(list)).toBe('s2 s4 s9 private s10');
  });

  it('forgets the oldest beyond its bound, and counts on', () => {
    let list = EMPTY;
    for (let id = 0; id < MOST_MESSAGES; id += 1) list = { messages: [...list.messages, kept(id)], first: 0 };
    list = append(list, message('new'));
    expect(list.messages).toHaveLength(MOST_MESSAGES);
    expect(list.first).toBe(1);
    expect(list.messages[0]?.key).toBe('s1');
  });
});

describe('a group', () => {
  const noon = new Date(2026, 10, 28, 12).getTime();
  const first = message('a', { sentAt: noon });

  it.each([
    ['the same person soon after', { sentAt: noon + 60_000 }, true],
    ['someone else', { from: { account: '3', name: 'Cy' }, sentAt: noon }, false],
    ['the same person much later', { sentAt: noon + 10 * 60_000 }, false],
    ['a private one', { to: { account: '1', name: 'Me' }, sentAt: noon }, false],
  ])('with %s', (_, changes, together) => {
    expect(continues(message('b', changes), first)).toBe(together);
  });

  it('ends at midnight', () => {
    const late = new Date(2026, 10, 28, 23, 59).getTime();
    expect(continues(message('b', { sentAt: late + 2 * 60_000 }), message('a', { sentAt: late }))).toBe(false);
  });
});
