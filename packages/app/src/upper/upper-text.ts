import { smallBuffer } from '../codec/small-buffer.ts';
import { upperByte } from './upper-bytes.ts';
import { utf8Sequence } from './utf8-sequence.ts';

// `ignoreBOM` keeps a byte order mark: it is a character like any other here.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Up to here a loop beats the way through a string and back; measured. */
const loopBytes = 256;

/**
 * A character has at most three times as many bytes in upper case: U+0390 has 2, and becomes U+0399 U+0308 U+0301 with 6
 * (Unicode, SpecialCasing.txt).
 */
export const maxUpperGrowth = 3;

/**
 * The upper case of UTF-8, as a copy: Unicode's full mapping without a locale, character by character. Bytes that are no
 * UTF-8 are as they were, an incomplete sequence at the end included.
 */
export const upperText = (source: Uint8Array): Uint8Array =>
  (source.length <= loopBytes ? upperAscii(source) : undefined) ?? upperDecoded(source) ?? upperMixed(source);

/** Where all of it is ASCII. */
const upperAscii = (source: Uint8Array): Uint8Array | undefined => {
  const { length } = source;
  const target = smallBuffer(length);
  for (let at = 0; at < length; at++) {
    const byte = source[at] ?? 0;
    if (byte >= 0x80) return undefined;
    target[at] = upperByte(byte);
  }
  return target;
};

/** Where all of it is UTF-8. */
const upperDecoded = (source: Uint8Array): Uint8Array | undefined => {
  let text: string;
  try {
    text = decoder.decode(source);
  } catch {
    return undefined;
  }
  return encoder.encode(text.toUpperCase());
};

/** Character by character and byte by byte: a peer that mixes text and rubbish must not cost much more than one that does not. */
const upperMixed = (source: Uint8Array): Uint8Array => {
  const target = new Uint8Array(source.length * maxUpperGrowth);
  let to = 0;
  for (let at = 0; at < source.length;) {
    const byte = source[at] ?? 0;
    const length = utf8Sequence(source, at);
    if (length > 1) {
      to = put(target, to, String.fromCodePoint(codePoint(source, at, length)).toUpperCase());
      at += length;
    } else {
      target[to++] = upperByte(byte);
      at += 1;
    }
  }
  return target.slice(0, to);
};

/** The character of a valid sequence of two to four bytes (RFC 3629 section 3). */
const codePoint = (source: Uint8Array, at: number, length: number): number => {
  // The lead has as many one bits as the sequence has bytes, then a zero bit; the rest is the character's.
  let code = (source[at] ?? 0) & (0x7f >> length);
  for (let index = 1; index < length; index++) code = (code << 6) | ((source[at + index] ?? 0) & 0x3f);
  return code;
};

/** Writes text as UTF-8 (RFC 3629 section 3), and tells where it ends. */
const put = (target: Uint8Array, at: number, text: string): number => {
  let to = at;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) {
      target[to++] = code;
      continue;
    }
    if (code < 0x800) {
      target[to++] = 0xc0 | (code >> 6);
    } else {
      if (code < 0x10000) {
        target[to++] = 0xe0 | (code >> 12);
      } else {
        target[to++] = 0xf0 | (code >> 18);
        target[to++] = 0x80 | ((code >> 12) & 0x3f);
      }
      target[to++] = 0x80 | ((code >> 6) & 0x3f);
    }
    target[to++] = 0x80 | (code & 0x3f);
  }
  return to;
};
