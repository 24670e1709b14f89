import { describe, expect, it } from 'vitest';
import { segmentsOf } from './links';

const links = (text: string) => segmentsOf(text).flatMap(({ text: shown, href }) => (href === undefined ? [] : [[shown, href]]));

describe('addresses in a text', () => {
  it.each([
    ['see https://example.org/a?b=c#d now', 'https://example.org/a?b=c#d'],
    ['http://localhost:8080/', 'http://localhost:8080/'],
    ['It is at https://example.org/path.', 'https://example.org/path'],
    ['(https://example.org/a)', 'https://example.org/a'],
    ['https://en.wikipedia.org/wiki/Room_(film)', 'https://en.wikipedia.org/wiki/Room_(film)'],
    ['“https://example.org”, she said', 'https://example.org'],
    ['two\nhttps://example.org\nlines', 'https://example.org'],
    ['HTTPS://EXAMPLE.ORG/A', 'HTTPS://EXAMPLE.ORG/A'],
    ['<https://example.org>', 'https://example.org'],
  ])('in %j is %s', (text, shown) => {
    expect(segmentsOf(text).map((segment) => segment.text).join('')).toBe(text);
    expect(links(text).map(([link]) => link)).toEqual([shown]);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,<script>',
    'ftp://example.org',
    'mailto:a@example.org',
    'https://',
    'http://?',
    // Shows a bank and opens another page.
    'https://bank.example@evil.example/',
    '<a href="x">',
  ])('%j is none', (text) => {
    expect(segmentsOf(text)).toEqual([{ text }]);
  });

  it('end before a character that turns the direction of writing', () => {
    expect(links('https://example.org/\u202Egpj.exe')).toEqual([['https://example.org/', 'https://example.org/']]);
  });

  it('are all found, and nothing between them is lost', () => {
    const text = 'a https://x.example, b http://y.example/z! c';
    expect(links(text)).toEqual([
      ['https://x.example', 'https://x.example/'],
      ['http://y.example/z', 'http://y.example/z'],
    ]);
    expect(segmentsOf(text).map((segment) => segment.text).join('')).toBe(text);
  });
});
