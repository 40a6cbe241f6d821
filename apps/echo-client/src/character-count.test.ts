import { describe, expect, it } from 'vitest';
import { CharacterCount } from './character-count.ts';

const count = (...chunks: Uint8Array[]): number => {
  const counter = new CharacterCount();
  for (const chunk of chunks) counter.push(chunk);
  return counter.whole;
};

describe('CharacterCount', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['ßŉ中😀', 4],
  ])('counts %j', (text, expected) => {
    expect(count(Buffer.from(text))).toBe(expected);
  });

  it('counts a character once it is whole, wherever it was cut', () => {
    for (const character of ['ß', '中', '😀']) {
      const bytes = Buffer.from(`a${character}`);
      for (let cut = 1; cut < bytes.length; cut += 1) {
        expect(count(bytes.subarray(0, cut))).toBe(1);
        expect(count(bytes.subarray(0, cut), bytes.subarray(cut))).toBe(2);
      }
    }
  });

  it('counts bytes that are no UTF-8 the same way however they are cut', () => {
    const bytes = Uint8Array.of(0x80, 0xff, 0x61, 0xc3, 0xe2, 0x82);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(count(bytes.subarray(0, cut), bytes.subarray(cut))).toBe(count(bytes));
    }
  });
});
