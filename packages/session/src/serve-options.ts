import type { ErrorPlace, ServeOptions } from './contract/server.ts';

/** How to serve, checked, every default filled in. */
export interface ServeSettings {
  readonly maxSessions: number;
  readonly drain: 'between-reads' | 'never';
  readonly acceptRetryMs: number;
  readonly onError: (error: unknown, where: ErrorPlace) => void;
}

/**
 * Checks the options of `serve`.
 *
 * @throws {RangeError | TypeError} that names the option
 */
export const serveSettings = (options: ServeOptions): ServeSettings => {
  const { maxSessions = 10_000, drain = 'never', acceptRetryMs = 100, onError = () => undefined } = options;
  const isCount = maxSessions === Infinity || Number.isSafeInteger(maxSessions);
  if (!isCount || maxSessions < 1)
    throw new RangeError(`maxSessions must be a whole number of at least 1, not ${maxSessions}`);
  // A loop that rests for ever would be a dead one.
  if (!(acceptRetryMs > 0 && acceptRetryMs < Infinity)) {
    throw new RangeError(`acceptRetryMs must be more than 0 and finite, not ${acceptRetryMs}`);
  }
  if (drain !== 'between-reads' && drain !== 'never') {
    throw new TypeError(`drain must be "between-reads" or "never", not "${String(drain)}"`);
  }
  if (typeof onError !== 'function') throw new TypeError('onError must be a function');
  return { maxSessions, drain, acceptRetryMs, onError };
};

/**
 * Checks a grace: 0 or more milliseconds, `Infinity` to wait for ever.
 *
 * @throws {RangeError}
 */
export const checkGrace = (graceMs: number): number => {
  if (typeof graceMs === 'number' && graceMs >= 0) return graceMs;
  throw new RangeError(`graceMs must be 0 or more milliseconds, not ${graceMs}`);
};
