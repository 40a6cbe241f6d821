/** Random numbers that a seed repeats, on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 to 1, without 1. */
  unit(): number {
    return this.uint32() / 2 ** 32;
  }

  // mulberry32: small, and good enough to be late, to get lost, and to stumble over a queue.
  uint32(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** True as often as `rate` says: 0 is never, 1 always. */
  chance(rate: number): boolean {
    return rate > 0 && this.unit() < rate;
  }

  /** A source of its own, so that what happens here changes nothing there. */
  fork(): Random {
    return new Random(this.uint32());
  }
}
