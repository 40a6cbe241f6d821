import { holdings, nothingLeft } from '@stack/interop';
import { type Check, type CheckResult, type Fixture, runCheck, type RunOptions } from '@stack/testing';

/** Makes time go while a check runs, where the clock of the fixture does not go by itself, and looks at it afterwards. */
export type Drive = <T>(work: Promise<T>) => Promise<T>;

/** How to run a check that must leave nothing. */
export interface LeavingOptions {
  /** Default: time goes by itself. */
  readonly drive?: Drive | undefined;
  /** How long what was closed may take to be gone, in milliseconds. Default 2,000. */
  readonly settleMs?: number | undefined;
}

/**
 * Runs a check, and throws when it failed or, passed or skipped, left anything behind: a descriptor, something that keeps the
 * event loop alive, a listener on a signal.
 */
export const leavingNothing = async <Context>(
  check: Check<Context>,
  fixture: Fixture<Context>,
  options: RunOptions,
  { drive = (work) => work, settleMs }: LeavingOptions = {},
): Promise<CheckResult> => {
  const before = holdings();
  const result = await drive(runCheck(check, fixture, options));
  if (result.outcome === 'failed') throw result.error;
  await nothingLeft(before, settleMs);
  return result;
};
