import type { Header } from './length-decoder.ts';

/** How many bytes a length field has; `'varint'`: as many as the number needs, seven bits in each, the lowest first. */
export type LengthFieldBytes = 1 | 2 | 3 | 4 | 8 | 'varint';

/** How a length is written before its content. */
export interface LengthField {
  /** The most bytes that a field may have. */
  readonly maxBytes: number;
  /** The largest number that it can hold and that can be counted. */
  readonly largest: number;
  /** Reads a number between `from` and `to` as `contentBytes`. False: it goes on behind `to`; undefined: there is none. */
  read(header: Header, bytes: Uint8Array, from: number, to: number): boolean | undefined;
  /** Writes a number. */
  write(value: number): Uint8Array;
}

/** A field of so many bytes. Numbers past 2^53 are read as about what they are. */
export const fixedField = (bytes: number, endian: 'big' | 'little'): LengthField => {
  // Bytes are taken from the highest to the lowest.
  const [first, step] = endian === 'big' ? [0, 1] : [bytes - 1, -1];
  return {
    maxBytes: bytes,
    largest: Math.min(2 ** (bytes * 8) - 1, Number.MAX_SAFE_INTEGER),
    read(header, source, from, to) {
      if (to - from < bytes) return false;
      let value = 0;
      for (let index = 0, at = from + first; index < bytes; index++, at += step)
        value = value * 256 + (source[at] ?? 0);
      header.bytes = bytes;
      header.contentBytes = value;
      return true;
    },
    write(value) {
      const field = new Uint8Array(bytes);
      let left = value;
      for (let index = bytes - 1; index >= 0; index--) {
        field[first + index * step] = left % 256;
        left = Math.floor(left / 256);
      }
      return field;
    },
  };
};

// Protocol Buffers, "Base 128 Varints": ten bytes hold 64 bits, at seven a byte.
const varintBytes = 10;

/** A varint, as Protocol Buffers and libp2p have it. Leading zeros are read, and never written. */
export const varintField: LengthField = {
  maxBytes: varintBytes,
  largest: Number.MAX_SAFE_INTEGER,
  read(header, source, from, to) {
    let value = 0;
    let weight = 1;
    const last = Math.min(to, from + varintBytes);
    for (let at = from; at < last; at++) {
      const byte = source[at] ?? 0;
      value += (byte & 0x7f) * weight;
      weight *= 128;
      if (byte >= 0x80) continue;
      header.bytes = at + 1 - from;
      header.contentBytes = value;
      return true;
    }
    return to - from < varintBytes ? false : undefined;
  },
  write(value) {
    const field: number[] = [];
    let left = value;
    for (; left >= 0x80; left = Math.floor(left / 128)) field.push((left % 128) | 0x80);
    field.push(left);
    return Uint8Array.from(field);
  },
};
