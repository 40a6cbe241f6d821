import type { Codec, FrameSink } from './codec.ts';
import { LengthDecoder } from './length-decoder.ts';
import { checkedMaxBytes, type MaxBytesOption } from './max-bytes.ts';
import { tooLong } from './unencodable.ts';

const name = 'netstring';
const digitZero = 0x30;
const digitNine = 0x39;
const colon = 0x3a;
const comma = 0x2c;

/** 2^53 has sixteen digits: a longer number is no length of anything. */
const maxDigits = 16;

const encoder = new TextEncoder();
const end = Uint8Array.of(comma);

/**
 * Netstrings: `5:hello,`. `maxBytes` is 1,048,576 by default. A length past the cap is refused at once, before any of the content is
 * kept; then so many bytes are dropped, and the next one is found. Anything that is not in the format is the end.
 *
 * @throws {RangeError} when `maxBytes` is out of range
 * @see D. J. Bernstein, Netstrings (1997)
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { netstring } from '@stack/app/codec';
 *
 * const decoder = netstring().decoder();
 * decoder.push(new TextEncoder().encode('5:hello,0:,3:a'));
 * assert.deepEqual(decoder.next(), new TextEncoder().encode('hello'));
 * assert.deepEqual(decoder.next(), new Uint8Array(0));
 * assert.equal(decoder.next(), undefined);
 * ```
 */
export const netstring = (options: MaxBytesOption = {}): Codec<Uint8Array> => {
  const maxBytes = checkedMaxBytes(options.maxBytes ?? 1_048_576);
  return {
    name,
    decoder: () => new NetstringDecoder(name, maxBytes, maxDigits + 1, end.length),
    encode(frame: Uint8Array, out: FrameSink) {
      const { length } = frame;
      if (length > maxBytes) throw tooLong(name, 'a frame', length, maxBytes);
      out.write(encoder.encode(`${length}:`));
      out.write(frame);
      out.write(end);
    },
  };
};

class NetstringDecoder extends LengthDecoder {
  protected readHeader(bytes: Uint8Array, from: number, to: number): boolean {
    let length = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0;
      const digits = at - from;
      if (byte === colon && digits > 0) {
        this.header.bytes = digits + 1;
        this.header.contentBytes = length;
        return true;
      }
      if (byte < digitZero || byte > digitNine) throw this.corrupt(`expected a digit or a colon, not the byte ${byte}`);
      if (digits === 1 && length === 0) throw this.corrupt('a length with a leading zero');
      if (digits === maxDigits) throw this.corrupt(`a length of more than ${maxDigits} digits`);
      length = length * 10 + byte - digitZero;
    }
    return false;
  }

  protected override extract(): Uint8Array {
    const { bytes, to } = this.origin;
    const last = bytes[to - 1];
    if (last !== comma) throw this.corrupt(`expected a comma behind the content, not the byte ${last}`);
    return super.extract();
  }
}
