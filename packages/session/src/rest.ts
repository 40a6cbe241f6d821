import type { Clock } from '@stack/transport';

/** Waits, on the clock of whatever it waits for. */
export const rest = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });
