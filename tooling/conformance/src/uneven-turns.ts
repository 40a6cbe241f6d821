import type { Random } from '@stack/testing';

/** Runs what it is given on later turns of the event loop, in order, none to four a turn, as `random` says. */
export const unevenTurns = (random: Random): ((f: () => void) => void) => {
  const waiting: (() => void)[] = [];
  let isScheduled = false;
  const schedule = (): void => {
    if (isScheduled || waiting.length === 0) return;
    isScheduled = true;
    setImmediate(turn);
  };
  const turn = (): void => {
    for (let count = random.between(0, 4); count > 0; count -= 1) waiting.shift()?.();
    isScheduled = false;
    schedule();
  };
  return (f) => {
    waiting.push(f);
    schedule();
  };
};
