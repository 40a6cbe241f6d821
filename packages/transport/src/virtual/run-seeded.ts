import type { Clock } from '../contract/clock.ts';
import type { FakeClock } from './fake-clock.ts';

const isDriven = (clock: Clock | FakeClock): clock is FakeClock => 'until' in clock;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs `body`, with the clock going where it does not go by itself; its failure tells how to see it again. */
export const runSeeded = async <T>(body: () => Promise<T>, clock: Clock, replay: string): Promise<T> => {
  try {
    const work = body();
    return await (isDriven(clock) ? clock.until(work) : work);
  } catch (error) {
    throw new Error(`${messageOf(error)}\nReplay with ${replay}`, { cause: error });
  }
};
