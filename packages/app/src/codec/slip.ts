import { ByteSearch } from './byte-search.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import type { Codec, FrameSink } from './codec.ts';
import { checkedMaxBytes, type MaxBytesOption } from './max-bytes.ts';
import { smallBuffer } from './small-buffer.ts';
import { tooLong, unencodable } from './unencodable.ts';

const name = 'slip';

// RFC 1055, "Protocol": END is octal 300, ESC is octal 333, ESC_END is octal 334 and ESC_ESC is octal 335.
const end = 0o300;
const escape = 0o333;
const escapedEnd = 0o334;
const escapedEscape = 0o335;

/**
 * SLIP, for serial lines: a byte ends a frame, and is escaped within. A frame is written between two of these bytes, so that noise on
 * the line before it is a frame of its own; frames without content are passed over, and cannot be written.
 *
 * `maxBytes` is 65,536 by default. Behind a frame that is too long or wrongly escaped the next one is found. A frame is kept as it
 * comes, escapes included: that is at most twice the cap.
 *
 * @throws {RangeError} when `maxBytes` is out of range
 * @see RFC 1055 (A Nonstandard for Transmission of IP Datagrams over Serial Lines: SLIP)
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { slip } from '@stack/app/codec';
 *
 * const { decoder, encode } = slip();
 * const written: (Uint8Array | string)[] = [];
 * encode(Uint8Array.of(1, 0o300), { write: (data) => void written.push(data) });
 * assert.deepEqual(written, [Uint8Array.of(0o300, 1, 0o333, 0o334, 0o300)]);
 *
 * const reading = decoder();
 * for (const data of written) if (typeof data !== 'string') reading.push(data);
 * assert.deepEqual([reading.next(), reading.next()], [Uint8Array.of(1, 0o300), undefined]);
 * ```
 */
export const slip = (options: MaxBytesOption = {}): Codec<Uint8Array> => {
  const maxBytes = checkedMaxBytes(options.maxBytes ?? 65_536);
  return {
    name,
    decoder: () => new SlipDecoder(name, maxBytes),
    encode(frame: Uint8Array, out: FrameSink) {
      const { length } = frame;
      if (length > maxBytes) throw tooLong(name, 'a frame', length, maxBytes);
      if (length === 0) throw unencodable(name, 'a frame without content is none');
      out.write(escaped(frame));
    },
  };
};

const escaped = (frame: Uint8Array): Uint8Array => {
  let escapes = 0;
  for (const byte of frame) if (byte === end || byte === escape) escapes += 1;
  const target = smallBuffer(frame.length + escapes + 2);
  let at = 0;
  target[at++] = end;
  for (const byte of frame) {
    const isSpecial = byte === end || byte === escape;
    if (isSpecial) target[at++] = escape;
    target[at++] = isSpecial ? escapedOf(byte) : byte;
  }
  target[at] = end;
  return target;
};

const escapedOf = (byte: number): number => (byte === end ? escapedEnd : escapedEscape);

class SlipDecoder extends ChunkDecoder<Uint8Array> {
  /** Of the frame under way, as far as it was looked at. */
  #escapes = 0;
  /** For what is dropped: there, escapes mean nothing. */
  readonly #search = new ByteSearch(end);

  protected boundary(): number {
    const { chunk } = this;
    let { at } = this;
    if (this.skipping) return this.#search.indexIn(chunk, at) + 1 || -1;
    let escapes = this.held.bytes === 0 ? 0 : this.#escapes;
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === end) break;
      if (byte === escape) escapes += 1;
    }
    this.#escapes = escapes;
    const isWhole = at < chunk.length;
    const length = this.held.bytes + at - this.at - escapes;
    if (length > this.cap) this.#refuse(length, isWhole ? at : -1);
    return isWhole ? at + 1 : -1;
  }

  protected extract(): Uint8Array | undefined {
    const { origin } = this;
    const { bytes, from } = origin;
    const to = origin.to - 1;
    // What is written has an END in front.
    origin.to = 0;
    if (from === to) return undefined;
    if (this.#escapes === 0) return origin.view(from, to);
    return this.#unescaped(bytes, from, to);
  }

  #unescaped(bytes: Uint8Array, from: number, to: number): Uint8Array {
    const frame = smallBuffer(to - from - this.#escapes);
    let length = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0;
      frame[length++] = byte === escape ? this.#unescape(bytes[++at], at === to) : byte;
    }
    return frame;
  }

  #unescape(byte: number | undefined, isEnd: boolean): number {
    if (byte === escapedEnd) return end;
    if (byte === escapedEscape) return escape;
    const found = isEnd ? 'the end' : `the byte ${byte}`;
    const reason = `expected ${escapedEnd} or ${escapedEscape} behind an escape, not ${found}`;
    throw this.error('ERR_FRAME_CORRUPT', reason, { resumable: true });
  }

  #refuse(length: number, at: number): never {
    if (at === -1) {
      this.skip();
      this.at = this.chunk.length;
    } else {
      this.held.clear();
      this.at = at + 1;
    }
    const reason = `a frame of ${length} bytes${at === -1 ? ' so far' : ''} is longer than ${this.cap}`;
    throw this.error('ERR_FRAME_TOO_LONG', reason, { length, resumable: true });
  }
}
