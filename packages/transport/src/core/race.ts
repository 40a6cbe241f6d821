import type { Address } from '@stack/address';
import type { Clock } from '../contract/clock.ts';
import type { StreamDriver } from '../contract/driver.ts';

/** How to race. */
export interface Race {
  readonly clock: Clock;
  /** Milliseconds after which the next address is tried beside the ones under way. */
  readonly attemptDelayMs: number;
  /** Aborted: every attempt is called off. */
  readonly signal: AbortSignal;
  /** One attempt; called off by its signal. */
  dial(address: Address, signal: AbortSignal): Promise<StreamDriver>;
}

/** Nothing arrived: one failure an address, in the order they failed, and who had not answered when it was called off. */
export interface Lost {
  readonly failures: readonly { readonly address: Address; readonly error: unknown }[];
  readonly unanswered: readonly Address[];
}

/** Takes turns between the families, beginning with the family of the first address (RFC 8305 section 4). */
export const interleave = (addresses: readonly Address[]): Address[] => {
  const first = addresses.filter(({ family }) => family === addresses[0]?.family);
  const second = addresses.filter(({ family }) => family !== addresses[0]?.family);
  const longer = Math.max(first.length, second.length);
  return Array.from({ length: longer }, (_, i) => [first[i], second[i]])
    .flat()
    .filter((address) => address !== undefined);
};

/**
 * Dials addresses in order, each a delay after the one before, or at once when that one failed (RFC 8305 section 5). The
 * first connection wins and the other attempts are called off; one that arrives all the same is reset.
 */
export const race = (
  addresses: readonly Address[],
  { clock, attemptDelayMs, signal, dial }: Race,
): Promise<StreamDriver | Lost> =>
  new Promise((resolve) => {
    const failures: { address: Address; error: unknown }[] = [];
    const unanswered = new Set<Address>();
    const losers = new AbortController();
    let started = 0;
    let over = false;
    let cancelTimer: (() => void) | undefined;

    const finish = (outcome: StreamDriver | Lost): void => {
      over = true;
      cancelTimer?.();
      signal.removeEventListener('abort', giveUp);
      losers.abort();
      resolve(outcome);
    };
    const giveUp = (): void => finish({ failures, unanswered: [...unanswered] });
    const startNext = (): void => {
      cancelTimer?.();
      const address = addresses[started];
      if (address === undefined) return;
      started += 1;
      unanswered.add(address);
      if (started < addresses.length) cancelTimer = clock.after(attemptDelayMs, startNext);
      dial(address, losers.signal).then(
        (driver) => (over ? driver.reset() : finish(driver)),
        (error: unknown) => {
          if (over) return;
          unanswered.delete(address);
          failures.push({ address, error });
          if (failures.length === addresses.length) giveUp();
          else if (started < addresses.length) startNext();
        },
      );
    };

    if (signal.aborted || addresses.length === 0) return giveUp();
    signal.addEventListener('abort', giveUp);
    startNext();
  });
