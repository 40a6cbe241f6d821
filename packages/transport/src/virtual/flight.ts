import type { Clock } from '../contract/clock.ts';

interface Travelling<T> {
  readonly item: T;
  readonly leavesMs: number;
  arrivesMs: number;
}

/** Where things land. */
export interface FlightEnd<T> {
  /** Takes what has arrived together. False: it did not arrive, and is held until it is sent again. */
  land(items: readonly T[]): boolean;
  /** This will never arrive. */
  lose(item: T): void;
}

/** Things on their way one behind the other: none overtakes another, and what arrives at one time arrives together. */
export class Flight<T> {
  readonly #clock: Clock;
  readonly #end: FlightEnd<T>;
  #travelling: Travelling<T>[] = [];
  /** Where the first one stands: the used front is cut off rarely. */
  #head = 0;
  #cancel: (() => void) | undefined;
  #isHeld = false;

  constructor(clock: Clock, end: FlightEnd<T>) {
    this.#clock = clock;
    this.#end = end;
  }

  get size(): number {
    return this.#travelling.length - this.#head;
  }

  /** When the next one lands; `Infinity`: nothing is on its way. */
  get nextMs(): number {
    return this.#travelling[this.#head]?.arrivesMs ?? Infinity;
  }

  send(item: T, leavesMs: number, arrivesMs: number): void {
    const last = this.#travelling.at(-1);
    this.#travelling.push({ item, leavesMs, arrivesMs: Math.max(arrivesMs, last?.arrivesMs ?? 0) });
    this.#wait();
  }

  /** What is held sets out again, and arrives `afterMs` from now at the earliest. */
  resume(afterMs: number): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    const earliestMs = this.#clock.now() + afterMs;
    for (const one of this.#travelling) one.arrivesMs = Math.max(one.arrivesMs, earliestMs);
    this.#wait();
  }

  /** What has not left yet never will, and what is held is not sent again. */
  dropUnsent(): void {
    const nowMs = this.#clock.now();
    const held = this.#isHeld;
    if (this.size > 0) this.#keep(({ leavesMs }) => !held && leavesMs <= nowMs);
  }

  clear(): void {
    this.#keep(() => false);
  }

  #keep(isKept: (one: Travelling<T>) => boolean): void {
    const all = this.#travelling.slice(this.#head);
    this.#travelling = all.filter(isKept);
    this.#head = 0;
    this.#isHeld &&= this.#travelling.length > 0;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#wait();
    for (const one of all) if (!isKept(one)) this.#end.lose(one.item);
  }

  #wait(): void {
    const first = this.#travelling[this.#head];
    if (first === undefined || this.#isHeld || this.#cancel !== undefined) return;
    this.#cancel = this.#clock.after(first.arrivesMs - this.#clock.now(), () => {
      this.#cancel = undefined;
      this.#arrive();
    });
  }

  #arrive(): void {
    const nowMs = this.#clock.now();
    const arrived: T[] = [];
    for (let at = this.#head; at < this.#travelling.length; at += 1) {
      const one = this.#travelling[at];
      if (one === undefined || one.arrivesMs > nowMs) break;
      arrived.push(one.item);
    }
    if (arrived.length > 0) this.#land(arrived);
    this.#wait();
  }

  /** What lands is no longer on its way, unless it turns out to be held. */
  #land(arrived: readonly T[]): void {
    this.#head += arrived.length;
    this.#isHeld = !this.#end.land(arrived);
    if (this.#isHeld) this.#head -= arrived.length;
    else this.#cutFront();
  }

  #cutFront(): void {
    if (this.#head < cutAt && this.#head < this.#travelling.length) return;
    if (this.#head * 2 < this.#travelling.length) return;
    this.#travelling = this.#travelling.slice(this.#head);
    this.#head = 0;
  }
}

/** Used places in front that are kept, so that a landing costs the same however much is on its way. */
const cutAt = 64;
