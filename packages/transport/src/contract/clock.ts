/**
 * Monotonic time and timers. Everything that waits takes its time from the clock of its backend, so that a fake one
 * runs hours in milliseconds and wall-clock jumps change nothing.
 */
export interface Clock {
  /** Milliseconds from an arbitrary start; never goes back. */
  now(): number;

  /**
   * Calls `f` once, not before `ms` have passed, and returns what cancels it.
   *
   * @param ms - any number: 0 or less fires on a later turn, `Infinity` never fires, values over 2³¹ do not fire early
   */
  after(ms: number, f: () => void): () => void;

  /**
   * Runs `f` on a later turn, in order, without time having to go on. A clock that is driven by hand has it, so that it
   * knows what is under way; absent, the turns are those of the event loop.
   */
  later?(f: () => void): void;
}
