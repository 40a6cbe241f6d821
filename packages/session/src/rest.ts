import type { Clock } from '@stack/transport';

/** Waits, on the clock of whatever it waits for. */
export const rest = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });

/** Rests that can be cut short, all at once: a loop that rests must not hold up the end of its server. */
export class Rests {
  readonly #wakers = new Set<() => void>();

  /** Settles after `ms` on `clock`, or with the next `wake()`. */
  take(clock: Clock, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#wakers.delete(wake);
        resolve();
      };
      const cancel = clock.after(ms, wake);
      this.#wakers.add(wake);
    });
  }

  wake(): void {
    for (const wake of this.#wakers) wake();
  }
}
