import { expect } from 'vitest';

declare const process: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { readonly write: (text: string) => void };
};

/** Random choices that a seed repeats. */
export interface Random {
  /** An integer from 0 to `below` - 1. */
  int(below: number): number;
  pick<T>(from: readonly T[]): T;
}

// mulberry32: small, and good enough to stumble over a parser.
const generator = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** The choices of a seed. */
export const randomOf = (seed: number): Random => {
  const next = generator(seed);
  const int = (below: number): number => Math.floor(next() * below);
  return {
    int,
    pick: (from) => {
      const value = from[int(from.length)];
      if (value === undefined) throw new RangeError('Cannot pick from an empty list');
      return value;
    },
  };
};

/** How many random values a property is tried on: `STACK_RUNS`. */
const RUNS = Math.max(Number(process.env['STACK_RUNS'] ?? '10000'), 1);

const FIRST_SEED = Math.floor(Math.random() * 2 ** 31);

// A long run tells what it tried, not only what failed.
if (process.env['STACK_RUNS'] !== undefined) process.stdout.write(`${RUNS} seeds from ${FIRST_SEED} on\n`);

/** The seeds of a test, each different from the last: many, or the one in `STACK_SEED`. */
const seedsOf = (runs: number): readonly number[] => {
  const fixed = process.env['STACK_SEED'];
  return fixed === undefined ? Array.from({ length: runs }, (_, run) => (FIRST_SEED + run) | 0) : [Number(fixed)];
};

const failed = (seed: number, error: unknown): Error =>
  new Error(`Failed with STACK_SEED=${seed}: ${String(error)}`, { cause: error });

/**
 * Runs `body` as often as `STACK_RUNS` says (10,000 times unless told), each time with its own seed. A `cost` of 100 stands
 * for a body that does the work of a hundred: it runs less often. A failure names the seed; with it as `STACK_SEED` the run
 * that failed is the only one. Returns how many runs there were.
 */
export const repeat = (body: (random: Random) => void, cost: number = 1): number => {
  const seeds = seedsOf(Math.ceil(RUNS / cost));
  for (const seed of seeds) {
    try {
      body(randomOf(seed));
    } catch (error) {
      throw failed(seed, error);
    }
  }
  return seeds.length;
};

/** Like `repeat`, for what takes all values at once: `body` gets a list of them, and `check` each with its own result. */
export const repeatAtOnce = <T, R>(
  make: (random: Random) => T,
  body: (values: readonly T[]) => readonly R[],
  check: (value: T, result: R | undefined) => void,
): void => {
  const seeds = seedsOf(RUNS);
  const values = seeds.map((seed) => make(randomOf(seed)));
  const results = body(values);
  for (const [index, value] of values.entries()) {
    try {
      check(value, results[index]);
    } catch (error) {
      throw failed(seeds[index] ?? 0, error);
    }
  }
};

/** Whether the interesting case came often enough for the test to mean something. One replayed run proves nothing. */
export const isFrequent = (times: number, runs: number): boolean => runs === 1 || times > runs / 100;

/** Like `toBe`, for what is asked a million times: `expect` alone costs more than parsing. */
export const same = (found: unknown, expected: unknown): void => {
  if (!Object.is(found, expected)) expect(found).toBe(expected);
};

/** Like `toStrictEqual`, for plain values that JSON shows whole. */
export const samePlain = (found: unknown, expected: unknown): void => {
  if (JSON.stringify(found) !== JSON.stringify(expected)) expect(found).toStrictEqual(expected);
};
