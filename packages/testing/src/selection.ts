import { freshSeed } from './run-check.ts';

/** What the environment asks for. */
export interface Selection {
  /** The seeds to run each check with. */
  readonly seeds: readonly number[];
  /** Whether the check of this id was asked for. */
  wants(id: string): boolean;
}

/** The whole number in a variable; a `RangeError` when there is something else in it. */
const wholeNumber = (name: string, value: string, least: number, most: number): number => {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not "${value}"`);
};

/**
 * Reads from the environment which checks to run, and with which seeds, so that the line of a failed check replays it:
 * `STACK_SEED` (this one seed), `STACK_SEEDS` (how many fresh ones; default 1), `STACK_CHECK` (this one check).
 *
 * @param env - mostly `process.env`
 * @param defaultSeeds - how many fresh seeds without `STACK_SEEDS`; default 1
 * @throws {RangeError} when a variable holds no number that it could mean
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { selection } from '@stack/testing';
 *
 * const replay = selection({ STACK_SEED: '7', STACK_CHECK: 'T17' });
 * assert.deepEqual(replay.seeds, [7]);
 * assert(replay.wants('T17'));
 * assert(!replay.wants('T18'));
 *
 * assert.equal(selection({ STACK_SEEDS: '50' }).seeds.length, 50);
 * ```
 */
export const selection = (env: Readonly<Record<string, string | undefined>>, defaultSeeds = 1): Selection => {
  const { STACK_SEED: seed, STACK_SEEDS: count, STACK_CHECK: only } = env;
  const fresh = count === undefined ? defaultSeeds : wholeNumber('STACK_SEEDS', count, 1, 1_000_000);
  return {
    seeds:
      seed === undefined
        ? Array.from({ length: fresh }, () => freshSeed())
        : [wholeNumber('STACK_SEED', seed, 0, 2 ** 32 - 1)],
    wants: (id) => only === undefined || only === id,
  };
};
