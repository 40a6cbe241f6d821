import { ByteSearch } from './byte-search.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import type { Codec, FrameSink } from './codec.ts';
import type { FrameError } from './frame-error.ts';
import { checkedMaxBytes, type MaxBytesOption } from './max-bytes.ts';
import { smallBuffer } from './small-buffer.ts';
import { tooLong } from './unencodable.ts';

const name = 'cobs';

// Cheshire and Baker 1999, table 1: a code of n stands for n-1 bytes and a zero, but 255 for 254 bytes and no zero.
const fullCode = 0xff;
const fullRun = 254;

/** The most bytes that content of `length` bytes can have become, without the zero behind it. */
const encodedBytes = (length: number): number => length + Math.floor(length / fullRun) + 1;

/**
 * Consistent Overhead Byte Stuffing: a zero ends a frame, and none is within; one byte in 254 more at most. For serial lines and
 * datagrams. What stands between two zeros without anything in it is passed over.
 *
 * `maxBytes` is 65,536 by default. Behind a frame that is too long or wrong the next one is found.
 *
 * @throws {RangeError} when `maxBytes` is out of range
 * @see S. Cheshire and M. Baker, Consistent Overhead Byte Stuffing, IEEE/ACM Transactions on Networking 7(2), 1999
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { cobs } from '@stack/app/codec';
 *
 * const { decoder, encode } = cobs();
 * const written: (Uint8Array | string)[] = [];
 * encode(Uint8Array.of(17, 0, 34), { write: (data) => void written.push(data) });
 * assert.deepEqual(written, [Uint8Array.of(2, 17, 2, 34, 0)]);
 *
 * const reading = decoder();
 * for (const data of written) if (typeof data !== 'string') reading.push(data);
 * assert.deepEqual([reading.next(), reading.next()], [Uint8Array.of(17, 0, 34), undefined]);
 * ```
 */
export const cobs = (options: MaxBytesOption = {}): Codec<Uint8Array> => {
  const maxBytes = checkedMaxBytes(options.maxBytes ?? 65_536);
  return {
    name,
    decoder: () => new CobsDecoder(name, maxBytes),
    encode(frame: Uint8Array, out: FrameSink) {
      const { length } = frame;
      if (length > maxBytes) throw tooLong(name, 'a frame', length, maxBytes);
      out.write(stuffed(frame));
    },
  };
};

const stuffed = (frame: Uint8Array): Uint8Array => {
  const target = smallBuffer(encodedBytes(frame.length) + 1);
  let codeAt = 0;
  let at = 1;
  for (let index = 0; index < frame.length; index++) {
    const byte = frame[index] ?? 0;
    if (byte !== 0) target[at++] = byte;
    const code = at - codeAt;
    // A full run needs no code behind it where the frame ends with it.
    if (byte !== 0 && (code < fullCode || index === frame.length - 1)) continue;
    target[codeAt] = code;
    codeAt = at++;
  }
  target[codeAt] = at - codeAt;
  target[at++] = 0;
  return target.subarray(0, at);
};

class CobsDecoder extends ChunkDecoder<Uint8Array> {
  readonly #search = new ByteSearch(0);

  protected boundary(): number {
    const { chunk, at } = this;
    const zero = this.#search.indexIn(chunk, at);
    if (!this.skipping) {
      const stuffedBytes = this.held.bytes + (zero === -1 ? chunk.length : zero) - at;
      if (stuffedBytes > encodedBytes(this.cap)) this.#refuse(zero, stuffedBytes);
    }
    return zero === -1 ? -1 : zero + 1;
  }

  protected extract(): Uint8Array | undefined {
    const { origin } = this;
    const { bytes, from } = origin;
    const to = origin.to - 1;
    origin.to = 0;
    if (from === to) return undefined;
    const length = this.#contentBytes(bytes, from, to);
    if (length > this.cap) throw this.#tooLong(`${length} bytes`, length);
    const frame = smallBuffer(length);
    let written = 0;
    for (let at = from; at < to;) {
      const code = bytes[at] ?? 0;
      const next = at + code;
      for (at++; at < next; at++) frame[written++] = bytes[at] ?? 0;
      // Zeros are there already.
      if (code < fullCode) written += 1;
    }
    return frame;
  }

  #contentBytes(bytes: Uint8Array, from: number, to: number): number {
    let length = 0;
    for (let at = from; at < to;) {
      const code = bytes[at] ?? 0;
      if (at + code > to) throw this.#wrongCode(code, to - at);
      at += code;
      length += code < fullCode && at < to ? code : code - 1;
    }
    return length;
  }

  #wrongCode(code: number, left: number): FrameError {
    const reason = `a code of ${code} with ${left - 1} bytes behind it: expected ${code - 1} at least`;
    return this.error('ERR_FRAME_CORRUPT', reason, { resumable: true });
  }

  #tooLong(what: string, length: number): FrameError {
    return this.error('ERR_FRAME_TOO_LONG', `a frame of ${what} is longer than ${this.cap}`, {
      length,
      resumable: true,
    });
  }

  #refuse(zero: number, stuffedBytes: number): never {
    if (zero === -1) {
      this.skip();
      this.at = this.chunk.length;
    } else {
      this.held.clear();
      this.at = zero + 1;
    }
    throw this.#tooLong(`${stuffedBytes} stuffed bytes${zero === -1 ? ' so far' : ''}`, stuffedBytes);
  }
}
