import { describe, expect, it } from 'vitest';
import { utf8Cut, utf8Sequence } from './utf8-sequence.ts';

const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const isUtf8 = (bytes: Uint8Array): boolean => {
  try {
    fatal.decode(bytes);
    return true;
  } catch {
    return false;
  }
};

/** Second bytes on both sides of every border in RFC 3629 section 4. */
const seconds = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
const others = [0x7f, 0x80, 0xbf, 0xc0];

describe('utf8Sequence()', () => {
  it('agrees with the platform about every lead byte and every kind of what follows', () => {
    const wrong: string[] = [];
    for (let lead = 0; lead < 256; lead++) {
      for (const second of seconds) {
        for (const third of others) {
          for (const fourth of others) {
            const bytes = Uint8Array.of(lead, second, third, fourth);
            const length = [1, 2, 3, 4].find((length) => isUtf8(bytes.subarray(0, length))) ?? 0;
            if (utf8Sequence(bytes, 0) !== length) wrong.push(`${bytes.join(' ')}: not ${length}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('says -1 exactly where more bytes could make a character of it', () => {
    const wrong: string[] = [];
    for (let lead = 0x80; lead < 256; lead++) {
      for (const second of [undefined, ...seconds]) {
        for (const third of second === undefined ? [undefined] : [undefined, ...others]) {
          const bytes = Uint8Array.from([lead, second, third].filter((byte) => byte !== undefined));
          const tails = [
            [],
            [0x80],
            [0xbf],
            [0x90],
            [0x80, 0x80],
            [0xa0, 0x80],
            [0x90, 0x80, 0x80],
            [0x80, 0x80, 0x80],
          ];
          const isWhole = [1, 2, 3].some((length) => length <= bytes.length && isUtf8(bytes.subarray(0, length)));
          const canBecome = !isWhole && tails.some((tail) => isUtf8(Uint8Array.of(...bytes, ...tail)));
          if ((utf8Sequence(bytes, 0) === -1) !== canBecome) wrong.push(bytes.join(' '));
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('utf8Cut()', () => {
  it.each<[string, number[], number]>([
    ['nothing', [], 0],
    ['ASCII', [0x61], 1],
    ['a whole character', [0xc3, 0x9f], 2],
    ['half of one', [0x61, 0xc3], 1],
    ['two thirds of one', [0x61, 0xe2, 0x82], 1],
    ['three quarters of one', [0x61, 0xf0, 0x9f, 0x98], 1],
    ['a lead that leads nowhere', [0x61, 0xe0, 0x80], 3],
    ['a surrogate', [0xed, 0xa0], 2],
    ['a byte that is never used', [0xff], 1],
    ['stray bytes in the middle', [0x80, 0x80, 0x80, 0x80], 4],
  ])('finds %s', (_, bytes, cut) => {
    expect(utf8Cut(Uint8Array.from(bytes))).toBe(cut);
  });
});
