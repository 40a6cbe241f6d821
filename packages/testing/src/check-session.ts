import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import type { Clock } from '@stack/transport';
import type { CheckRun } from './check-context.ts';
import type { Cap, Direction } from './check.ts';
import { seededRandom } from './random.ts';

/** What is under test cannot do what the check is about, or the fixture cannot show it. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut';
}

/** What one run of one check is made of. */
export interface SessionInit {
  readonly needs: readonly Cap[];
  readonly clock: Clock;
  readonly direction: Direction;
  readonly seed: number;
}

/** One run of one check. */
export interface CheckSession {
  readonly run: CheckRun;
  /** Gives back what the run handed out, the last first; fails when something cannot be given back. */
  end(): Promise<void>;
}

/** Timers of a clock that can all be stopped at once. */
const timersOf = (clock: Clock): { after: Clock['after']; stopAll(): void } => {
  const running = new Set<() => void>();
  const after: Clock['after'] = (ms, f) => {
    const stopTimer = clock.after(ms, () => {
      running.delete(stop);
      f();
    });
    const stop = (): void => {
      running.delete(stop);
      stopTimer();
    };
    running.add(stop);
    return stop;
  };
  return { after, stopAll: () => running.forEach((stop) => stop()) };
};

/** Opens a run of a check. */
export const openSession = ({ needs, clock, direction, seed }: SessionInit): CheckSession => {
  const disposers: (() => Promise<void> | void)[] = [];
  const signals: AbortSignal[] = [];
  const timers = timersOf(clock);
  let isOver = false;

  const sleep = async (ms: number): Promise<void> => {
    // A check that was given up on must not go round for ever.
    if (isOver) throw new Error('the check is over');
    await new Promise<void>((resolve) => void timers.after(ms, resolve));
  };

  const leaveOut = (reason: string): never => {
    throw new LeftOut(reason);
  };

  const run: CheckRun = {
    direction,
    seed,
    clock,
    needs,
    random: seededRandom(seed),
    sleep,
    require: (caps) => {
      const missing = needs.filter((cap) => !caps.has(cap));
      if (missing.length > 0) leaveOut(`the driver lacks ${missing.join(' and ')}`);
    },
    leaveOut,
    defer: (dispose) => void disposers.push(dispose),
    within: (ms, what, promise) =>
      new Promise((resolve, reject) => {
        const stop = timers.after(ms, () => {
          reject(new assert.AssertionError({ message: `expected ${what} to settle within ${ms} ms` }));
        });
        void promise.finally(stop).then(resolve, reject);
      }),
    staysPending: async (ms, what, promise) => {
      let outcome: string | undefined;
      promise.then(
        (value) => (outcome ??= `gave ${String(value)}`),
        (error: unknown) => (outcome ??= `failed with ${String(error)}`),
      );
      await sleep(ms);
      if (outcome !== undefined) assert.fail(`expected ${what} to be pending for ${ms} ms, but it ${outcome}`);
    },
    controller: () => {
      const controller = new AbortController();
      signals.push(controller.signal);
      return controller;
    },
  };

  const end = async (): Promise<void> => {
    isOver = true;
    try {
      for (const dispose of disposers.toReversed()) await dispose();
    } finally {
      timers.stopAll();
    }
    const left = signals.reduce((sum, signal) => sum + getEventListeners(signal, 'abort').length, 0);
    assert.equal(left, 0, `expected no listener to stay on the signals of the check, but there are ${left}`);
  };

  return { run, end };
};
