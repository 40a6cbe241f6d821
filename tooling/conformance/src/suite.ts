import { type Check, checkName, type Direction, type Fixture, runCheck, selection } from '@stack/testing';
import { test } from 'vitest';
import { holdings, nothingLeft } from '@stack/interop';

const { seeds, wants } = selection(process.env, 2);

/** The limit of one run of a check; a test takes one run a seed, and some turns to see that nothing is left. */
const limitMs = 60_000;
const testTimeoutMs = seeds.length * (limitMs + 5_000);

/** How to run a suite over a fixture. */
export interface SuiteOptions {
  /** Each check is run in each of these; without them it is run once. */
  readonly directions?: readonly Direction[];
  /** Why this machine cannot run it at all; every test is skipped with this reason. */
  readonly absent?: string | undefined;
  /** Makes time go while a check runs, where the clock of the fixture does not go by itself, and looks at it afterwards. */
  readonly drive?: (<T>(work: Promise<T>) => Promise<T>) | undefined;
}

/** Makes a test of each check and direction: run with every seed, after which nothing may be left open. */
export const suite = <Context>(
  fixture: Fixture<Context>,
  checks: readonly Check<Context>[],
  { directions, absent, drive = (work) => work }: SuiteOptions = {},
): void => {
  for (const direction of directions ?? [undefined]) {
    for (const check of checks) {
      test(checkName(check, fixture.name, direction), { timeout: testTimeoutMs }, async ({ skip }) => {
        if (!wants(check.id)) skip(`STACK_CHECK asks for ${process.env['STACK_CHECK']} only`);
        if (absent !== undefined) skip(absent);
        for (const seed of seeds) {
          const before = holdings();
          const result = await drive(runCheck(check, fixture, { seed, direction, limitMs }));
          if (result.outcome === 'failed') throw result.error;
          if (result.outcome === 'skipped') skip(result.reason);
          await nothingLeft(before);
        }
      });
    }
  }
};
