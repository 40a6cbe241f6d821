import type { Codec, FrameSink } from './codec.ts';
import { checkedMaxBytes } from './max-bytes.ts';
import { LineDecoder } from './line-decoder.ts';
import { checkedNewline, endsInReturn, holdsFeed, type LineOptions } from './line-options.ts';
import { tooLong } from './unencodable.ts';

const name = 'byteLines';
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Lines as bytes, whatever they spell: `lines` without the decoding. Both ends of line are taken, the last line may lack its own, and
 * of a line that is too long one error tells.
 *
 * @throws {RangeError} when `maxBytes` is out of range
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { byteLines } from '@stack/app/codec';
 *
 * const decoder = byteLines().decoder();
 * decoder.push(Uint8Array.of(1, 2, 13, 10, 255));
 * decoder.end();
 * assert.deepEqual([decoder.next(), decoder.next(), decoder.next()], [Uint8Array.of(1, 2), Uint8Array.of(255), undefined]);
 * ```
 */
export const byteLines = (options: LineOptions = {}): Codec<Uint8Array> => {
  const maxBytes = checkedMaxBytes(options.maxBytes ?? 65_536);
  const newline = checkedNewline(options.newline);
  const end = new TextEncoder().encode(newline);
  return {
    name,
    decoder: () => new ByteLineDecoder(name, maxBytes, newline),
    encode(frame: Uint8Array, out: FrameSink) {
      const { length } = frame;
      if (length > maxBytes) throw tooLong(name, 'a line', length, maxBytes);
      const feed = frame.indexOf(lineFeed);
      if (feed !== -1) throw holdsFeed(name, feed);
      if (newline === '\n' && length > 0 && frame[length - 1] === carriageReturn) throw endsInReturn(name);
      out.write(frame);
      out.write(end);
    },
  };
};

class ByteLineDecoder extends LineDecoder<Uint8Array> {
  protected content(from: number, to: number): Uint8Array {
    return this.origin.view(from, to);
  }
}
