import type { Codec, FrameSink } from './codec.ts';
import { DelimitedDecoder } from './delimited-decoder.ts';
import { checkedMaxBytes, type MaxBytesOption } from './max-bytes.ts';
import { tooLong, unencodable } from './unencodable.ts';

/** How frames are told apart. */
export interface DelimitedOptions extends MaxBytesOption {
  /** What stands behind every frame, and in none: 1 to 64 bytes, or text as UTF-8. */
  readonly delimiter: Uint8Array | string;
}

const encoder = new TextEncoder();
const name = 'delimited';

/**
 * Frames that end with a delimiter, which is not a part of them. `maxBytes` is 65,536 by default. Of a frame that is too long
 * one error tells, and the next one is found behind its delimiter. What stands behind the last delimiter when the stream ends is an
 * incomplete frame.
 *
 * Bytes, and this delimiter only: `delimited({ delimiter: '\r\n' })` is strict where `lines` takes either end of line.
 *
 * @throws {RangeError} when the delimiter has no bytes or more than 64
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { delimited } from '@stack/app/codec';
 *
 * const decoder = delimited({ delimiter: '\r\n' }).decoder();
 * decoder.push(new TextEncoder().encode('one\ntwo\r'));
 * assert.equal(decoder.next(), undefined);
 * decoder.push(new TextEncoder().encode('\nrest'));
 * assert.deepEqual(decoder.next(), new TextEncoder().encode('one\ntwo'));
 * assert.deepEqual(decoder.rest, new TextEncoder().encode('rest'));
 * ```
 */
export const delimited = (options: DelimitedOptions): Codec<Uint8Array> => {
  const maxBytes = checkedMaxBytes(options.maxBytes ?? 65_536);
  // A copy: the caller may change his.
  const delimiter =
    typeof options.delimiter === 'string' ? encoder.encode(options.delimiter) : new Uint8Array(options.delimiter);
  if (delimiter.length < 1 || delimiter.length > 64) {
    throw new RangeError(`Cannot tell frames apart by ${delimiter.length} bytes: expected a delimiter of 1 to 64`);
  }
  return {
    name,
    decoder: () => new DelimitedDecoder(name, delimiter, maxBytes),
    encode(frame: Uint8Array, out: FrameSink) {
      if (frame.length > maxBytes) throw tooLong(name, 'a frame', frame.length, maxBytes);
      const at = firstDelimiter(frame, delimiter);
      if (at !== -1) throw unencodable(name, `its bytes and the delimiter behind them read as a delimiter at ${at}`);
      out.write(frame);
      out.write(delimiter);
    },
  };
};

/** Where a delimiter begins within `frame`, one included that is whole only with the delimiter that follows; -1: nowhere. */
const firstDelimiter = (frame: Uint8Array, delimiter: Uint8Array): number => {
  const { length } = frame;
  const first = delimiter[0] ?? 0;
  for (let at = frame.indexOf(first); at !== -1; at = frame.indexOf(first, at + 1)) {
    let same = 1;
    while (same < delimiter.length && byteAt(frame, delimiter, at + same, length) === delimiter[same]) same += 1;
    if (same === delimiter.length) return at;
  }
  return -1;
};

const byteAt = (frame: Uint8Array, delimiter: Uint8Array, at: number, length: number): number | undefined =>
  at < length ? frame[at] : delimiter[at - length];
