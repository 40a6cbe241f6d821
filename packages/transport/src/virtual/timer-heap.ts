/** Something that is to happen at a time; of equal times the first made comes first. */
export interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly f: () => void;
  /** Where it stands in the heap; -1: it has left. */
  place: number;
}

const isBefore = (a: Timer, b: Timer): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

/**
 * Timers by due time: a binary heap whose timers know their place, so that taking the next one and removing any one cost the
 * logarithm of their number, and a timer that was cancelled is not kept.
 */
export class TimerHeap {
  readonly #timers: Timer[] = [];
  #made = 0;

  get size(): number {
    return this.#timers.length;
  }

  /** The next one due. */
  get first(): Timer | undefined {
    return this.#timers[0];
  }

  add(dueMs: number, f: () => void): Timer {
    this.#made += 1;
    const timer: Timer = { dueMs, order: this.#made, f, place: this.#timers.length };
    this.#timers.push(timer);
    this.#rise(timer);
    return timer;
  }

  /** Takes a timer out; one that has left already is left alone. */
  remove(timer: Timer): void {
    const { place } = timer;
    if (place < 0) return;
    timer.place = -1;
    const last = this.#timers.pop();
    if (last === undefined || last === timer) return;
    this.#put(last, place);
    this.#rise(last);
    this.#sink(last);
  }

  #put(timer: Timer, place: number): void {
    timer.place = place;
    this.#timers[place] = timer;
  }

  #rise(timer: Timer): void {
    while (timer.place > 0) {
      const { place } = timer;
      const above = this.#timers[(place - 1) >> 1];
      if (above === undefined || isBefore(above, timer)) return;
      this.#put(timer, above.place);
      this.#put(above, place);
    }
  }

  #sink(timer: Timer): void {
    for (;;) {
      const { place } = timer;
      const left = this.#timers[place * 2 + 1];
      const right = this.#timers[place * 2 + 2];
      if (left === undefined) return;
      const below = right !== undefined && isBefore(right, left) ? right : left;
      if (isBefore(timer, below)) return;
      this.#put(timer, below.place);
      this.#put(below, place);
    }
  }
}
