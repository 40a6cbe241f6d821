import { systemClock } from '@stack/transport';
import type { Fixture } from './check-context.ts';
import { LeftOut, openSession } from './check-session.ts';
import type { Check, Direction } from './check.ts';

/** How to run a check. */
export interface RunOptions {
  /** Of the check's random source, a whole number from 0 to 2³² - 1. Default: a fresh one; a failure tells it. */
  readonly seed?: number | undefined;
  /** Which end is near; absent, the one that dialled. Datagram checks have no direction. */
  readonly direction?: Direction | undefined;
  /**
   * Milliseconds of real time, whatever the clock of the fixture, after which the check has failed. Default 60,000: a
   * hang ends, a slow machine does not fail.
   */
  readonly limitMs?: number | undefined;
}

/** What is known of every run of a check. */
export interface CheckRecord {
  readonly id: string;
  readonly title: string;
  /** Fixture, direction where one was given, id and title: `tcp4 client→server T17 two recv at once: …`. */
  readonly name: string;
  readonly seed: number;
  /** How long it took, in milliseconds of real time. */
  readonly tookMs: number;
}

/** What became of a check: kept, not kept, or left out because the driver lacks a capability. */
export type CheckResult =
  | (CheckRecord & { readonly outcome: 'passed' })
  | (CheckRecord & { readonly outcome: 'skipped'; readonly reason: string })
  | (CheckRecord & {
      readonly outcome: 'failed';
      /** What failed, named, with the line that replays it; the check's own error is its `cause`. */
      readonly error: Error;
      /** What to set in the environment to run this again: `STACK_SEED=7 STACK_CHECK=T17`. */
      readonly replay: string;
    });

/**
 * The name of a check over a fixture, for a test of its own in any framework.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { checkName } from '@stack/testing';
 *
 * const check = { id: 'T17', title: 'two recv at once' };
 * assert.equal(checkName(check, 'tcp4', 'client→server'), 'tcp4 client→server T17 two recv at once');
 * assert.equal(checkName(check, 'udp4'), 'udp4 T17 two recv at once');
 * ```
 */
export const checkName = (
  { id, title }: Pick<Check<never>, 'id' | 'title'>,
  fixtureName: string,
  direction?: Direction,
): string => [fixtureName, ...(direction === undefined ? [] : [direction]), id, title].join(' ');

/**
 * A seed that was not used before, most likely.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { freshSeed } from '@stack/testing';
 *
 * assert(Number.isInteger(freshSeed()));
 * ```
 */
export const freshSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

/** Settles as `work` does, or fails when that takes more than `limitMs` of real time. */
const limited = (work: Promise<void>, limitMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const cancel = systemClock.after(limitMs, () => reject(new Error(`it did not finish within ${limitMs} ms`)));
    void work.finally(cancel).then(resolve, reject);
  });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** How the work went; a failure to clean up counts unless the work failed already. */
const failureOf = async (work: () => Promise<void>, end: () => Promise<void>, limitMs: number): Promise<unknown> => {
  const outcome = (promise: Promise<void>): Promise<{ readonly error: unknown } | undefined> =>
    limited(promise, limitMs).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
  const worked = await outcome(work());
  const ended = await outcome(end());
  return worked ?? ended;
};

/**
 * Runs one check over one fixture and tells what became of it. Never rejects: a check that fails, hangs or leaves
 * something open is a result.
 *
 * Whatever the check opened is closed when this settles.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { networkFixture, runCheck, streamChecks } from '@stack/testing';
 * import { memoryNetwork } from '@stack/transport/memory';
 *
 * const fixture = networkFixture('memory', memoryNetwork(), 'memory:pair');
 * const check = streamChecks.find(({ id }) => id === 'T17');
 * assert(check !== undefined);
 *
 * const result = await runCheck(check, fixture, { seed: 7, direction: 'server→client' });
 * assert.equal(result.outcome, 'passed');
 * assert.equal(result.seed, 7);
 * ```
 */
export const runCheck = async <Context>(
  check: Check<Context>,
  fixture: Fixture<Context>,
  { seed = freshSeed(), direction, limitMs = 60_000 }: RunOptions = {},
): Promise<CheckResult> => {
  const startedMs = systemClock.now();
  const session = openSession({
    needs: check.needs ?? [],
    clock: fixture.clock,
    direction: direction ?? 'client→server',
    seed,
  });
  const failed = await failureOf(
    async () => check.run(fixture.open(session.run)),
    () => session.end(),
    limitMs,
  );

  const { id, title } = check;
  const name = checkName(check, fixture.name, direction);
  const record: CheckRecord = { id, title, name, seed, tookMs: systemClock.now() - startedMs };
  if (failed === undefined) return { ...record, outcome: 'passed' };
  const { error: cause } = failed as { readonly error: unknown };
  if (cause instanceof LeftOut) return { ...record, outcome: 'skipped', reason: cause.message };
  const replay = `STACK_SEED=${seed} STACK_CHECK=${id}`;
  const error = new Error(`${name}: ${messageOf(cause)}\nReplay with ${replay}`, { cause });
  return { ...record, outcome: 'failed', error, replay };
};
