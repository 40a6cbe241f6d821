import type { Clock } from '../contract/clock.ts';

/** The longest delay a timer of the runtimes takes; a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Real, monotonic time: `performance.now()` and the runtime's timers. Setting the system's clock changes nothing.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { systemClock } from '@stack/transport';
 *
 * const before = systemClock.now();
 * const cancel = systemClock.after(3_600_000, () => assert.fail('cancelled before'));
 * cancel();
 * assert(systemClock.now() >= before);
 * ```
 */
export const systemClock: Clock = {
  now: () => performance.now(),

  after(ms, f) {
    if (ms === Infinity) return () => undefined;
    const due = performance.now() + ms;
    let timer: ReturnType<typeof setTimeout>;
    const arm = (leftMs: number): void => {
      timer = setTimeout(fire, Math.min(Math.max(0, Math.ceil(leftMs)), longestTimerMs));
    };
    // The runtime's timers count from the start of the turn and in whole milliseconds: they may fire a little early.
    const fire = (): void => {
      const leftMs = due - performance.now();
      if (leftMs > 0) arm(leftMs);
      else f();
    };
    arm(ms);
    return () => clearTimeout(timer);
  },
};
