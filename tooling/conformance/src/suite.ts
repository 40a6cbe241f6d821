import { type Check, checkName, type Direction, type Fixture, selection } from '@stack/testing';
import { test } from 'vitest';
import { type Drive, leavingNothing } from './leaving-nothing.ts';

const { seeds, wants } = selection(process.env, 2);

/** The limit of one run of a check; a test takes one run a seed, and some turns to see that nothing is left. */
const limitMs = 60_000;
const testTimeoutMs = seeds.length * (limitMs + 5_000);

/** How to run a suite over a fixture. */
export interface SuiteOptions {
  /** Each check is run in each of these; without them it is run once. */
  readonly directions?: readonly Direction[];
  /** Runs each check with so many of the seeds at most. Default: with all. */
  readonly mostSeeds?: number | undefined;
  /** Why this machine cannot run it at all; every test is skipped with this reason. */
  readonly absent?: string | undefined;
  /** Makes time go while a check runs. Default: it goes by itself. */
  readonly drive?: Drive | undefined;
}

/** Makes a test of each check and direction: run with every seed, after which nothing may be left open. */
export const suite = <Context>(
  fixture: Fixture<Context>,
  checks: readonly Check<Context>[],
  { directions, mostSeeds, absent, drive }: SuiteOptions = {},
): void => {
  for (const direction of directions ?? [undefined]) {
    for (const check of checks) {
      test(checkName(check, fixture.name, direction), { timeout: testTimeoutMs }, async ({ skip }) => {
        if (!wants(check.id)) skip(`STACK_CHECK asks for ${process.env['STACK_CHECK']} only`);
        if (absent !== undefined) skip(absent);
        for (const seed of seeds.slice(0, mostSeeds)) {
          const result = await leavingNothing(check, fixture, { seed, direction, limitMs }, { drive });
          if (result.outcome === 'skipped') skip(result.reason);
        }
      });
    }
  }
};
