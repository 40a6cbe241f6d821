import type { Clock } from '../contract/clock.ts';
import { nextTurn } from '../memory/scheduler.ts';
import { type Timer, TimerHeap } from './timer-heap.ts';

/**
 * A clock that goes only when told to, from timer to timer, and between two timers lets everything happen that follows from
 * the first: all that waits for promises, for this clock, or for a network in memory that has it. What waits for something
 * else, a file or a real timer, is not waited for.
 */
export interface FakeClock extends Clock {
  /** Timers that have not fired. */
  readonly pending: number;
  later(f: () => void): void;
  /**
   * Goes forward by `ms`, firing what is due on the way, in order, and letting everything that follows from it happen.
   *
   * @throws {RangeError} when `ms` is negative or not finite
   */
  advance(ms: number): Promise<void>;
  /**
   * Goes from timer to timer until `promise` settles, and gives its outcome.
   *
   * @throws {Error} when no timer is left that could bring it about
   */
  until<T>(promise: Promise<T>): Promise<T>;
}

/**
 * Turns of the event loop after which time goes on although something is still under way: two that answer each other for
 * ever, in no time, must not stop it.
 */
const mostTurns = 10_000;

/** Turns with nothing to do after which nothing will come: others that let time go may take one to say what they wait for. */
const mostIdleTurns = 8;

class SteppedClock implements FakeClock {
  readonly #timers = new TimerHeap();
  #nowMs = 0;
  /** Given to `later`, and not run yet. */
  #underWay = 0;
  /** Those who let time go: while there are several, the last to begin does it for all. */
  readonly #drivers: unknown[] = [];

  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, f: () => void): () => void {
    if (ms === Infinity) return () => undefined;
    const timer = this.#timers.add(this.#nowMs + (ms > 0 ? ms : 0), f);
    return () => this.#timers.remove(timer);
  }

  later(f: () => void): void {
    this.#underWay += 1;
    nextTurn(() => {
      this.#underWay -= 1;
      f();
    });
  }

  async advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`ms must be 0 or more and finite, not ${ms}`);
    const endMs = this.#nowMs + ms;
    // A mark that others who let time go do not pass unseen.
    this.after(ms, () => undefined);
    await this.#drive((isLast) => {
      const next = this.#timers.first;
      if (next === undefined || next.dueMs > endMs) return false;
      if (isLast) this.#fire(next);
      return true;
    });
  }

  async until<T>(promise: Promise<T>): Promise<T> {
    const state = { isSettled: false, idleTurns: 0 };
    const mark = (): void => {
      state.isSettled = true;
    };
    promise.then(mark, mark);
    await this.#drive((isLast) => {
      if (state.isSettled) return false;
      const next = this.#timers.first;
      if (isLast && next !== undefined) this.#fire(next);
      state.idleTurns = isLast && next === undefined && this.#underWay === 0 ? state.idleTurns + 1 : 0;
      if (state.idleTurns < mostIdleTurns) return true;
      throw new Error('Cannot wait: no timer is left, and the promise has not settled');
    });
    return promise;
  }

  /** Steps, each time that everything is at rest, until a step says that it was the last. */
  async #drive(step: (isLast: boolean) => boolean): Promise<void> {
    this.#drivers.push(step);
    try {
      do await this.#rest();
      while (step(this.#drivers.at(-1) === step));
    } finally {
      this.#drivers.splice(this.#drivers.indexOf(step), 1);
    }
  }

  #fire(timer: Timer): void {
    this.#timers.remove(timer);
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    timer.f();
  }

  /**
   * A turn of the event loop begins when every promise that could settle has: one turn is enough, unless something was given
   * to `later`.
   */
  async #rest(): Promise<void> {
    let turns = 0;
    do {
      await new Promise<void>(nextTurn);
      turns += 1;
    } while (this.#underWay > 0 && turns < mostTurns);
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
