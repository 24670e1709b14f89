// The server's English sentences in the language of the page. In: what it said. Out: the same in other words, or as it came where that is not known.
import type { TFunction } from 'i18next';
import { server } from '../i18n/en/server';

const SAID = server.server.said;

type Said = keyof typeof SAID;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

interface Pattern {
  key: Said;
  /** The sentence, with a group for each number in it. */
  sentence: RegExp;
  gaps: readonly string[];
}

const isSaid = (key: string): key is Said => Object.hasOwn(SAID, key);

const PATTERNS: readonly Pattern[] = Object.entries(SAID).flatMap(([key, text]) => {
  if (!isSaid(key)) return [];
  const parts = text.split(/\{\{(\w+)\}\}/);
  const words = parts.filter((_, place) => place % 2 === 0);
  return [{ key, sentence: new RegExp(`^${words.map(escaped).join('(\\d+)')}$`), gaps: parts.filter((_, place) => place % 2 === 1) }];
});

function translateOne(t: TFunction, sentence: string): string {
  for (const { key, sentence: pattern, gaps } of PATTERNS) {
    const numbers = pattern.exec(sentence)?.slice(1).map(Number);
    if (numbers === undefined) continue;
    const numberOf = (gap: string) => numbers[gaps.indexOf(gap)] ?? 0;
    return t(`server.said.${key}`, { min: numberOf('min'), max: numberOf('max') });
  }
  return sentence;
}

export function translateSaid(t: TFunction, sentences: readonly string[]): string {
  return sentences.map((sentence) => translateOne(t, sentence)).join(' ');
}
