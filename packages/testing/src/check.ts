import type { DatagramCap, StreamCap } from '@stack/transport';

/** What a driver may be able to do, or not. */
export type Cap = StreamCap | DatagramCap;

/**
 * One promise of a contract, as a function that fails when the promise is not kept.
 *
 * @typeParam Context - what the check works with: `StreamContext`, `DatagramContext`
 */
export interface Check<Context> {
  /** Short and lasting: `T17`. */
  readonly id: string;
  /** What is promised: `two recv at once: the second is busy, the first unharmed`. */
  readonly title: string;
  /** What a driver must be able to do for the promise to mean anything; where it cannot, the check is skipped. */
  readonly needs?: readonly Cap[];
  /**
   * Settles when the promise was kept; rejects, mostly with an `AssertionError` that says what was expected, when it was
   * not.
   */
  run(context: Context): Promise<void>;
}

/** Which end of a pair a check calls near: the one that dialled, or the one that was accepted. */
export type Direction = 'client→server' | 'server→client';

/** Both directions: a run over one's own driver takes each check through both. */
export const directions: readonly Direction[] = ['client→server', 'server→client'];
