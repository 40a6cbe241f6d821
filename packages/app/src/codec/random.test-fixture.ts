import { Buffer } from 'node:buffer';
import { env } from 'node:process';

/** Random whole numbers that a seed repeats. */
export interface Random {
  /** From 0 to `below` - 1. */
  int(below: number): number;
  pick<T>(from: readonly T[]): T;
}

// mulberry32: any 32-bit state will do, and every run of it is the same.
const randomOf = (seed: number): Random => {
  let state = seed | 0;
  const int = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
  const pick = <T>(from: readonly T[]): T => {
    const value = from[int(from.length)];
    if (value === undefined) throw new RangeError('Cannot pick from an empty list');
    return value;
  };
  return { int, pick };
};

/** The seed of this run: `STACK_SEED`, or any. */
export const seed: number = Number(env['STACK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Runs `body` `runs` times, each time with its own seed. A failure names the seed; with it as `STACK_SEED` it comes first. */
export const repeat = (runs: number, body: (random: Random) => void): void => {
  for (let run = 0; run < runs; run++) {
    try {
      body(randomOf(seed + run));
    } catch (error) {
      throw new Error(`Failed with STACK_SEED=${seed + run}: ${String(error)}`, { cause: error });
    }
  }
};

/** The stream in random chunks, empty ones among them. */
export const randomChunks = (stream: Uint8Array, random: Random): Uint8Array[] => {
  const chunks: Uint8Array[] = [];
  const longest = random.pick([1, 2, 5, 40, 400]);
  for (let at = 0; at < stream.length;) {
    const bytes = random.int(longest + 1);
    // Views in the middle of other memory, memory of their own, Node Buffers: as drivers hand them out.
    const chunk = stream.subarray(at, at + bytes);
    chunks.push(random.pick([() => chunk, () => chunk.slice(), () => Buffer.from(chunk)])());
    at += bytes;
  }
  return chunks;
};
