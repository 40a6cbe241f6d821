/** Timers that were started with the global functions since this was loaded, and have neither fired nor been stopped. */
const running = new Set<unknown>();

const { setTimeout: start, clearTimeout: stop } = globalThis;

const startAndNote = (f: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): NodeJS.Timeout => {
  const timer = start(() => {
    running.delete(timer);
    f(...args);
  }, ms);
  running.add(timer);
  return timer;
};

// The test framework has kept the originals for itself: what is counted is ours.
globalThis.setTimeout = Object.assign(startAndNote, start);
globalThis.clearTimeout = (timer) => {
  running.delete(timer);
  stop(timer);
};

/** How many timers are running. */
export const runningTimers = (): number => running.size;
