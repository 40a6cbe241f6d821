import type { Clock } from '@stack/transport';
import type { Cap, Direction } from './check.ts';
import type { Random } from './random.ts';

/** What every check works with, whatever it is about. */
export interface CheckContext {
  readonly direction: Direction;
  /** Of `random`. */
  readonly seed: number;
  readonly random: Random;
  /** The clock that the deadlines of the fixture run on. */
  readonly clock: Clock;
  /** Settles after `ms` milliseconds of `clock`. */
  sleep(ms: number): Promise<void>;
  /** The outcome of `promise`; an `AssertionError` that names `what` when it has none after `ms` milliseconds. */
  within<T>(ms: number, what: string, promise: Promise<T>): Promise<T>;
  /** Waits `ms` milliseconds; an `AssertionError` that names `what` when `promise` settles in the meantime. */
  staysPending(ms: number, what: string, promise: Promise<unknown>): Promise<void>;
  /** Makes an `AbortController`. After the check nobody may listen on its signal any more: that fails the check. */
  controller(): AbortController;
}

/** What a fixture works with when it opens a context for one run of a check. */
export interface CheckRun extends CheckContext {
  readonly needs: readonly Cap[];
  /** Leaves the check out, with this reason, when `caps` lacks something it needs. */
  require(caps: ReadonlySet<Cap>): void;
  /** Leaves the check out, with this reason: the fixture lacks what it is about. */
  leaveOut(reason: string): never;
  /** Runs when the check is over, however it ended; the last one given is the first one run. */
  defer(dispose: () => Promise<void> | void): void;
}

/** What is put under test: makes the context of a check. `streamFixture`, `datagramFixture` and `dialFixture` make them. */
export interface Fixture<Context> {
  /** Names the driver in reports: `tcp4`. */
  readonly name: string;
  /** What the deadlines of the driver run on. */
  readonly clock: Clock;
  open(run: CheckRun): Context;
}
