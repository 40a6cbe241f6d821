declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

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

/** How many times longer than usual random tests run: `STACK_RUNS`. */
const scale = Math.max(Number(process.env['STACK_RUNS'] ?? '1'), 0.01);

/**
 * Runs `body` `runs` times (times `STACK_RUNS`), each time with its own seed. A failure names the seed; with it as
 * `STACK_SEED` the run that failed is the only one. Returns how many runs there were.
 */
export const repeat = (runs: number, body: (random: Random) => void): number => {
  const fixed = process.env['STACK_SEED'];
  const first = fixed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(fixed);
  const count = fixed === undefined ? Math.ceil(runs * scale) : 1;
  for (let run = 0; run < count; run++) {
    const seed = (first + run) | 0;
    try {
      body(randomOf(seed));
    } catch (error) {
      throw new Error(`Failed with STACK_SEED=${seed}: ${String(error)}`, { cause: error });
    }
  }
  return count;
};

/** Whether the interesting case came often enough for the test to mean something. One replayed run proves nothing. */
export const isFrequent = (times: number, runs: number): boolean => runs === 1 || times > runs / 100;
