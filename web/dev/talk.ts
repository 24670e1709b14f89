// A chat for looking at: a history of any length, and people who write on.
import type { KeptMessage, ReadHistory } from '../src/talk/chat';
import type { Reaction } from '../src/talk/reactionList';
import type { IncomingText, TalkPort } from '../src/talk/port';

const PEOPLE = [
  ['1:tab', 'Ana Bergström-Okonkwo'],
  ['2:tab', 'Bo Li'],
  ['3:tab', 'Maximiliane Friederike von Hohenstein-Schwarzburg'],
] as const;
const TEXTS = [
  'Good morning!',
  'Here is the agenda: https://example.org/notes/2026/standup?week=48#agenda (please add your points)',
  'Three things:\n1. the release\n2. the holidays\n3. who brings cake',
  'ok',
  'Averylongwordwithoutanyspaces'.repeat(6),
  '<b>not bold</b> <img src=x onerror=alert(1)>',
  'שלום, this goes both ways 👋🏽',
  'A longer thought, which somebody wrote while the others were talking about something else, and which therefore needs more than one line in the panel, even in a wide one.',
];

function textOf(index: number): string {
  return TEXTS[index % TEXTS.length] ?? '';
}

/** The same person writes twice or thrice in a row. */
function personOf(index: number): (typeof PEOPLE)[number] {
  return PEOPLE[Math.floor(index / 2.3) % PEOPLE.length] ?? PEOPLE[0];
}

export function fakeHistory(query: URLSearchParams): ReadHistory {
  const count = Number(query.get('messages') ?? 0);
  const page = (before: number): KeptMessage[] =>
    Array.from({ length: Math.min(50, Math.max(0, before - 1)) }, (_, step) => {
      const id = before - 1 - step;
      const [identity, name] = personOf(id);
      return { id, identity, name, text: textOf(id), sentAt: Date.now() - (count - id) * 90_000, stream: `kept-${id}` };
    });
  return (before) => new Promise((resolve) => setTimeout(() => resolve(page(before ?? count + 1)), 150));
}

const listeners: ((message: IncomingText) => void)[] = [];
let written = 0;

function write(): void {
  const [identity, name] = personOf(written + 3);
  written += 1;
  const message = { stream: crypto.randomUUID(), id: undefined, identity, name, text: textOf(written), sentAt: Date.now(), to: written % 4 === 0 ? '1' : undefined };
  listeners.forEach((heard) => heard(message));
}

const reacted: Parameters<TalkPort['onReaction']>[0][] = [];

export function fakeTalk(query: URLSearchParams): TalkPort {
  if (query.has('live')) setInterval(write, Number(query.get('live')) || 2_000);
  Object.assign(window, {
    writeMany: (count: number) => void Array.from({ length: count }, write),
    react: (identity: string, reaction: Reaction) => reacted.forEach((heard) => heard(identity, reaction)),
  });
  return {
    onText: (listener) => void listeners.push(listener),
    onReceipt: () => undefined,
    sendText: () => Promise.resolve(),
    onReaction: (listener) => void reacted.push(listener),
    sendReaction: () => Promise.resolve(),
    setHand: () => Promise.resolve(),
  };
}
