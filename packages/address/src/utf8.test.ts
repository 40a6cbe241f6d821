import { describe, expect, test } from 'vitest';
import { repeat } from './random.test-fixture.ts';
import { measureUtf8 } from './utf8.ts';

declare const TextEncoder: new () => { readonly encode: (text: string) => Uint8Array };

const EDGES = [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff];
const HALVES = [0xd800, 0xdbff, 0xdc00, 0xdfff];

describe('measureUtf8()', () => {
  test.each(EDGES)('counts code point %i as an encoder does', (code) => {
    const text = String.fromCodePoint(code);
    expect(measureUtf8(text, 4)).toEqual({ bytes: new TextEncoder().encode(text).length, fits: text.length, lone: -1 });
  });

  test.each(HALVES)('finds the lone surrogate %i', (code) => {
    expect(measureUtf8(`a${String.fromCharCode(code)}b`, 9)).toMatchObject({ lone: 1 });
    expect(measureUtf8(`😀${String.fromCharCode(code)}`, 9)).toMatchObject({ lone: 2 });
  });

  test('agrees with an encoder about every text', () => {
    repeat(2_000, (random) => {
      const codes = Array.from({ length: random.int(12) }, () => random.pick([...EDGES, ...HALVES]));
      const text = String.fromCodePoint(...codes);
      const limit = random.int(24);
      const { bytes, fits, lone } = measureUtf8(text, limit);
      // An encoder writes three bytes, U+FFFD, for a lone surrogate.
      expect(bytes).toBe(new TextEncoder().encode(text).length);
      expect(lone >= 0).toBe(!text.isWellFormed());
      expect(new TextEncoder().encode(text.slice(0, fits)).length).toBeLessThanOrEqual(limit);
      expect(fits === text.length).toBe(bytes <= limit);
    });
  });
});
