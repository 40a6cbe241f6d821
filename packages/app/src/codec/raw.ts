import type { Codec, FrameSink } from './codec.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import { checkedMaxBytes, type MaxBytesOption } from './max-bytes.ts';

/**
 * No frames at all: what comes is handed on as it comes, in pieces of `maxBytes` at most (default 65,536), and what is written
 * goes as it is. Where a stream is cut means nothing; for protocols whose messages mark themselves off.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { raw } from '@stack/app/codec';
 *
 * const decoder = raw({ maxBytes: 2 }).decoder();
 * decoder.push(Uint8Array.of(1, 2, 3));
 * assert.deepEqual([decoder.next(), decoder.next(), decoder.next()], [Uint8Array.of(1, 2), Uint8Array.of(3), undefined]);
 * ```
 */
export const raw = (options: MaxBytesOption = {}): Codec<Uint8Array> => {
  const maxBytes = checkedMaxBytes(options.maxBytes ?? 65_536);
  return {
    name: 'raw',
    decoder: () => new RawDecoder('raw', maxBytes),
    encode: (frame: Uint8Array, out: FrameSink) => out.write(frame),
  };
};

class RawDecoder extends ChunkDecoder<Uint8Array> {
  protected boundary(): number {
    return Math.min(this.chunk.length, this.at + this.cap);
  }

  protected extract(): Uint8Array {
    const { bytes, from, to } = this.origin;
    return to - from === bytes.length ? bytes : this.origin.view(from, to);
  }
}
