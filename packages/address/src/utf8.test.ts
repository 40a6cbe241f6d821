import { describe, expect, test } from 'vitest';
import { repeat, same } from './random.test-fixture.ts';
import { lengthFault } from './utf8.ts';

declare const TextEncoder: new () => { readonly encode: (text: string) => Uint8Array };

const CODE = 'ERR_ADDRESS_PATH_TOO_LONG';
const EDGES = [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff];
const HALVES = [0xd800, 0xdbff, 0xdc00, 0xdfff];

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

describe('lengthFault()', () => {
  test.each(EDGES)('counts code point %i as an encoder does', (code) => {
    const text = String.fromCodePoint(code);
    expect(lengthFault(CODE, text, bytesOf(text))).toBeUndefined();
    expect(lengthFault(CODE, text, bytesOf(text) - 1)).toMatchObject({ code: CODE, index: 0 });
  });

  test('agrees with an encoder about every text', () => {
    repeat((random) => {
      // An encoder writes three bytes, U+FFFD, for a lone surrogate.
      const codes = Array.from({ length: random.int(12) }, () => random.pick([...EDGES, ...HALVES]));
      const text = String.fromCodePoint(...codes);
      const limit = random.int(24);
      const fault = lengthFault(CODE, text, limit);
      const bytes = bytesOf(text);
      same(fault === undefined, bytes <= limit);
      if (fault === undefined) return;
      same(fault.reason, `it is too long: ${bytes} bytes, the limit is ${limit}`);
      const first = String.fromCodePoint(text.codePointAt(fault.index) ?? 0);
      const fitting = bytesOf(text.slice(0, fault.index));
      same(fitting <= limit && fitting + bytesOf(first) > limit, true);
    });
  });

  test('does not count megabytes', () => {
    expect(lengthFault(CODE, 'é'.repeat(4_000), 107)).toMatchObject({
      index: 53,
      reason: 'it is too long: more than 4096 bytes, the limit is 107',
    });
  });
});
