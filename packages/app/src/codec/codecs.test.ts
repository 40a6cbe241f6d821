import { Buffer } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { asOracle, codecCases, decoded, encoded, randomStream } from './codec-cases.test-fixture.ts';
import type { Found } from './oracles.test-fixture.ts';
import { randomChunks, repeat } from './random.test-fixture.ts';

const maxBytes = 64;

const isSame = (one: Found<{}> | undefined, other: Found<{}>): boolean => {
  if (one === undefined || 'error' in one || 'error' in other) return isDeepStrictEqual(one, other);
  const { frame } = one;
  return frame instanceof Uint8Array && other.frame instanceof Uint8Array
    ? Buffer.compare(frame, other.frame) === 0
    : frame === other.frame || isDeepStrictEqual(frame, other.frame);
};

/** `toEqual`, but for the time that it takes where nothing is wrong. */
const expectSame = (found: readonly Found<{}>[], expected: readonly Found<{}>[], message?: string): void => {
  if (found.length === expected.length && expected.every((other, at) => isSame(found[at], other))) return;
  expect(found, message).toEqual(expected);
  throw new Error('the two comparisons disagree');
};

const framesOf = (frames: readonly {}[]): readonly Found<{}>[] => frames.map((frame) => ({ frame }));

describe.each(codecCases)('$title', (case_) => {
  const codec = case_.codec(maxBytes);
  const found = (chunks: Iterable<Uint8Array>): readonly Found<{}>[] => asOracle(case_, decoded(codec, chunks));

  it('S47 F8: finds the same frames however the stream is cut: at every byte, and byte by byte', () => {
    repeat(10, (random) => {
      const stream = randomStream(case_, random).subarray(0, 600);
      const expected = case_.oracle(stream, maxBytes);
      expectSame(found([stream]), expected);
      expectSame(found(Array.from(stream, (byte) => Uint8Array.of(byte))), expected);
      for (let at = 0; at <= stream.length; at++) {
        expectSame(found([stream.subarray(0, at), stream.subarray(at)]), expected, `cut at ${at}`);
      }
    });
  });

  const streams = case_.isVariant ? 50 : 500;
  it(`S47 F8: agrees with the oracle in ${streams * 20} random cuts`, () => {
    repeat(streams, (random) => {
      const stream = randomStream(case_, random);
      const expected = case_.oracle(stream, maxBytes);
      for (let cuts = 0; cuts < 20; cuts++) expectSame(found(randomChunks(stream, random)), expected);
    });
  });

  it('decodes what it encoded, whatever is cut', () => {
    repeat(500, (random) => {
      const frames = Array.from({ length: random.int(6) }, () => case_.frame(random, maxBytes));
      const stream = encoded(codec, frames);
      expectSame(found(randomChunks(stream, random)), asOracle(case_, framesOf(frames)));
    });
  });

  it('keeps the order, whoever pushes ahead of whom', () => {
    repeat(300, (random) => {
      const frames = Array.from({ length: random.int(12) }, () => case_.frame(random, maxBytes));
      const decoder = codec.decoder();
      const got: {}[] = [];
      const take = (most: number): void => {
        for (let left = most; left > 0; left--) {
          const frame = decoder.next();
          if (frame === undefined) return;
          got.push(frame);
        }
      };
      // A frame a chunk, so that a frame ends where others wait.
      for (const chunk of frames.flatMap((frame) => [
        ...randomChunks(encoded(codec, [frame]), random),
        new Uint8Array(0),
      ])) {
        decoder.push(chunk);
        take(random.int(3));
      }
      decoder.end();
      take(1_000);
      expectSame(asOracle(case_, framesOf(got)), asOracle(case_, framesOf(frames)));
    });
  });

  it('tells in `rest` what is not part of any frame yet, so that another decoder can go on', () => {
    repeat(300, (random) => {
      const frames = Array.from({ length: 1 + random.int(6) }, () => case_.frame(random, maxBytes));
      const chunks = randomChunks(encoded(codec, frames), random);
      const first = codec.decoder();
      const got: {}[] = [];
      let pushed = 0;
      for (let left = random.int(frames.length + 1); left > 0 && pushed < chunks.length;) {
        first.push(chunks[pushed++] ?? new Uint8Array(0));
        for (let frame = first.next(); frame !== undefined; frame = left > 0 ? first.next() : undefined) {
          got.push(frame);
          left -= 1;
          if (left === 0) break;
        }
      }
      const others = decoded(codec, [first.rest, ...chunks.slice(pushed)]);
      expectSame(asOracle(case_, [...framesOf(got), ...others]), asOracle(case_, framesOf(frames)));
    });
  });

  it('gives frames in `origin` as they came', () => {
    repeat(300, (random) => {
      const decoder = codec.decoder();
      for (const chunk of randomChunks(
        encoded(
          codec,
          Array.from({ length: 5 }, () => case_.frame(random, maxBytes)),
        ),
        random,
      )) {
        decoder.push(chunk);
        for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
          const { bytes, from, to } = decoder.origin ?? { bytes: chunk, from: 0, to: 0 };
          if (to > 0) expect(bytes.slice(from, to)).toEqual(encoded(codec, [frame]));
        }
      }
    });
  });
});
