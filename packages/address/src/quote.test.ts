import { describe, expect, test } from 'vitest';
import { printable } from './index.ts';
import { quote, quoteAt, unprintableAt } from './quote.ts';

const HIDDEN = [
  '\0',
  '\x1b',
  '\x7f',
  '\x85',
  '\u00a0',
  '\u00ad',
  '\u200b',
  '\u2028',
  '\u202e',
  '\ufeff',
  '\ud800',
  '\u{e0001}',
];

describe('quote()', () => {
  test.each(HIDDEN)('escapes what does not print, case %#', (character) => {
    expect(quote(`a${character}b`)).toMatch(/^"a\\(?:u[0-9a-f]{4}|u\{[0-9a-f]+\})b"$/);
    expect(unprintableAt(`a${character}b`)).toBe(1);
  });

  test('leaves letters of any alphabet alone', () => {
    expect(quote('ä １ 漢字 😀')).toBe('"ä １ 漢字 😀"');
    expect(unprintableAt('ä １ 漢字 😀')).toBe(-1);
  });

  test('cuts after escaping, never in the middle of an escape or a character', () => {
    expect(quote('\0'.repeat(11))).toBe(`"${'\\u0000'.repeat(10)}"… (11 characters)`);
    expect(quote(`${'a'.repeat(63)}😀`)).toBe(`"${'a'.repeat(63)}"… (65 characters)`);
    expect(quote('a'.repeat(64))).toBe(`"${'a'.repeat(64)}"`);
  });
});

describe('quoteAt()', () => {
  test('names the code point of what is not ASCII', () => {
    expect([quoteAt('a', 0), quoteAt('é', 0), quoteAt('x😀', 1), quoteAt('a', 1)]).toEqual([
      '"a"',
      '"é" (U+00E9)',
      '"😀" (U+1F600)',
      'nothing',
    ]);
  });
});

describe('printable()', () => {
  test('escapes what does not print, and nothing else', () => {
    expect(printable('unix:/a b"\\é')).toBe('unix:/a b"\\é');
    expect(printable('/a\r\n\x1b[2J\u2028\u202e\0')).toBe('/a\\r\\n\\u001b[2J\\u{2028}\\u{202e}\\u0000');
  });
});
