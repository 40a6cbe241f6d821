import { Buffer } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { asOracle, type CodecCase, decoded } from './codec-cases.test-fixture.ts';
import { seed } from './random.test-fixture.ts';

const maxBytes = 64;

/** A stream of pieces that mean something to the format, and of bytes that may not; and where it is cut. */
const inputs = ({ pieces }: CodecCase): fc.Arbitrary<Uint8Array[]> => {
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.nat({ max: pieces.length - 1 }).map((at) => pieces[at] ?? new Uint8Array(0)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 12 }) },
  );
  return fc
    .tuple(fc.array(piece, { maxLength: 16 }), fc.array(fc.nat({ max: 99 }), { maxLength: 12 }))
    .map(([parts, cuts]) => {
      const stream = Buffer.concat(parts);
      const chunks: Uint8Array[] = [];
      let from = 0;
      for (const cut of cuts) {
        chunks.push(stream.subarray(from, from + cut));
        from = Math.min(from + cut, stream.length);
      }
      return [...chunks, stream.subarray(from)];
    });
};

/**
 * Any input: frames and typed errors, those of the oracle, and an end. Anything else that is thrown fails; so does a decoder
 * that goes on giving, since a frame or an error has at least one byte.
 */
export const fuzz = (case_: CodecCase, runs: number): void => {
  const codec = case_.codec(maxBytes);
  const property = fc.property(inputs(case_), (chunks) => {
    const stream = Buffer.concat(chunks);
    const found = asOracle(case_, decoded(codec, chunks, stream.length + 1));
    const expected = case_.oracle(stream, maxBytes);
    if (!isDeepStrictEqual(found, expected)) {
      throw new Error(`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
    }
  });
  fc.assert(property, { numRuns: runs, seed });
};
