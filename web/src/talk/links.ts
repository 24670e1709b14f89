// Finds web addresses in what people write. Everything else stays text, and so does whatever only looks like an address.

export interface Segment {
  text: string;
  /** Set when the text is an address that may be opened. */
  href?: string;
}

/** Quotes and angle brackets end an address, and so do the characters that turn the direction of writing, which could make one look like another. */
const ADDRESS = /https?:\/\/[^\s<>"'`“”„«»\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/giu;
const TRAILING = /[.,:;!?…]$/u;
const LONGEST_TRAIL = 32;
const PAIRS = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);

export function segmentsOf(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutTrail(match[0]);
    const href = hrefOf(address);
    if (href === undefined) continue;
    if (match.index > end) segments.push({ text: text.slice(end, match.index) });
    segments.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) segments.push({ text: text.slice(end) });
  return segments;
}

/** Punctuation at the end belongs to the sentence, and a bracket to the one that opened before the address. */
function withoutTrail(address: string): string {
  let rest = address;
  for (let taken = 0; taken < LONGEST_TRAIL; taken += 1) {
    const last = rest.at(-1) ?? '';
    const opening = PAIRS.get(last);
    const unpaired = opening !== undefined && count(rest, last) > count(rest, opening);
    if (!unpaired && !TRAILING.test(rest)) return rest;
    rest = rest.slice(0, -1);
  }
  return rest;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function hrefOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, href, username, password } = new URL(address);
  // "https://bank.example@evil.example" shows one host and opens another.
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' ? href : undefined;
}
