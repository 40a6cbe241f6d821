import { Random as SeededRandom } from './virtual/random.ts';

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

/** Random whole numbers that a seed repeats. */
export interface Random {
  /** From 0 to `below` - 1. */
  int(below: number): number;
  pick<T>(from: readonly T[]): T;
}

const randomOf = (seed: number): Random => {
  const random = new SeededRandom(seed);
  const int = (below: number): number => Math.floor(random.unit() * below);
  const pick = <T>(from: readonly T[]): T => {
    const value = from[int(from.length)];
    if (value === undefined) throw new RangeError('Cannot pick from an empty list');
    return value;
  };
  return { int, pick };
};

/**
 * Runs `body` `runs` times, each time with its own seed. A failure names the seed; with it as `STACK_SEED` the run that
 * failed is the only one.
 */
export const repeat = async (
  runs: number,
  body: (random: Random, seed: number) => Promise<void> | void,
): Promise<void> => {
  const fixed = process.env['STACK_SEED'];
  const first = fixed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(fixed);
  for (let run = 0; run < (fixed === undefined ? runs : 1); run += 1) {
    const seed = (first + run) >>> 0;
    try {
      await body(randomOf(seed), seed);
    } catch (error) {
      throw new Error(`Failed with STACK_SEED=${seed}: ${String(error)}`, { cause: error });
    }
  }
};
