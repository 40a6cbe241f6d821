/** A source of random numbers that gives the same ones for the same seed. */
export interface Random {
  /** The seed it began with. */
  readonly seed: number;
  /** A whole number from 0 up to, but not including, `below`. */
  below(below: number): number;
  /** One of `items`, which are not empty. */
  pick<T>(items: readonly [T, ...T[]]): T;
}

/**
 * A small generator of good enough randomness for test inputs (mulberry32: 32 bits of state, one multiplication round).
 */
export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    seed,
    below,
    pick: <T>(items: readonly [T, ...T[]]): T => items[below(items.length)] ?? items[0],
  };
};

/** The seed of this run: `STACK_SEED` where it is set, else a new one. */
export const seedOfRun = (environment: Readonly<Record<string, string | undefined>> = process.env): number => {
  const text = environment['STACK_SEED'];
  if (text === undefined || text === '') return Math.floor(Math.random() * 2 ** 32);
  if (!/^\d{1,10}$/.test(text) || Number(text) >= 2 ** 32) {
    throw new RangeError(`Cannot use STACK_SEED "${text}": it is no whole number below 4294967296`);
  }
  return Number(text);
};

/**
 * Makes a test of `body`: it gets a random source, and when it fails, the failure says how to see the same again.
 */
export const replayable =
  (body: (random: Random) => Promise<void>): (() => Promise<void>) =>
  async () => {
    const seed = seedOfRun();
    try {
      await body(randomFrom(seed));
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new Error(`${what}\n(STACK_SEED=${seed} gives the same inputs again)`, { cause: error });
    }
  };
