import type { Clock } from '../contract/clock.ts';
import { nextTurn } from '../memory/scheduler.ts';

/** A clock that goes only when told to. */
export interface FakeClock extends Clock {
  /** Timers that have not fired. */
  readonly pending: number;
  /** Goes forward by `ms`, firing what is due on the way, in order, and letting everything that follows from it happen. */
  advance(ms: number): Promise<void>;
  /**
   * Goes from timer to timer until `promise` settles, and gives its outcome.
   *
   * @throws {Error} when no timer is left that could bring it about
   */
  until<T>(promise: Promise<T>): Promise<T>;
}

interface Timer {
  readonly dueMs: number;
  readonly f: () => void;
}

/** Turns of the event loop after which what a timer set off in memory has come to rest. */
const turnsToRest = 8;

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < turnsToRest; turn += 1) await new Promise<void>((resolve) => nextTurn(resolve));
};

class SteppedClock implements FakeClock {
  #nowMs = 0;
  /** By due time; of equal ones the first made comes first. */
  #timers: Timer[] = [];

  get pending(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, f: () => void): () => void {
    if (ms === Infinity) return () => undefined;
    const timer: Timer = { dueMs: this.#nowMs + Math.max(0, ms), f };
    const at = this.#timers.findIndex(({ dueMs }) => dueMs > timer.dueMs);
    this.#timers.splice(at === -1 ? this.#timers.length : at, 0, timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#timers[0]; next !== undefined && next.dueMs <= endMs; next = this.#timers[0]) {
      this.#fire(next);
      await settle();
    }
    this.#nowMs = endMs;
  }

  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const mark = (): void => {
      isSettled = true;
    };
    promise.then(mark, mark);
    for (;;) {
      await settle();
      if (isSettled) return promise;
      const next = this.#timers[0];
      if (next === undefined) throw new Error('Cannot wait: no timer is left, and the promise has not settled');
      this.#fire(next);
    }
  }

  #fire(timer: Timer): void {
    this.#timers.shift();
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    timer.f();
  }
}

/**
 * Makes a clock for tests: give it to a network in memory, and deadlines, lingering and drains take no time.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { isTransportError } from '@stack/transport';
 * import { memoryNetwork } from '@stack/transport/memory';
 * import { fakeClock } from '@stack/transport/virtual';
 *
 * const clock = fakeClock();
 * const network = memoryNetwork({ clock });
 * const listener = await network.listen('memory:silent');
 * const client = await network.connect('memory:silent');
 * const answer = client.recv(undefined, { timeoutMs: 3_600_000 }).catch((error: unknown) => error);
 * assert(isTransportError(await clock.until(answer), 'ERR_TIMEOUT'));
 * assert.equal(clock.now(), 3_600_000);
 * client.abort();
 * await listener.close();
 * ```
 */
export const fakeClock = (): FakeClock => new SteppedClock();
