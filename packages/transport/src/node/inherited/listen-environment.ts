import { TransportError } from '../../contract/errors.ts';

/** Variables of an environment. */
export type Environment = Record<string, string | undefined>;

/** A descriptor that somebody passed on. */
export interface Passed {
  readonly descriptor: number;
  readonly name: string;
}

// sd_listen_fds(3): SD_LISTEN_FDS_START.
const firstDescriptor = 3;
/** More than any system lets a process have. */
const mostDescriptors = 2 ** 20;
/** What a descriptor is called where nobody named it (sd_listen_fds_with_names(3)). */
const unnamed = 'unknown';

const malformed = (variable: string, value: string, expected: string): TransportError =>
  new TransportError({
    code: 'EINVAL',
    op: 'use',
    at: 'the inherited sockets',
    reason: `${variable} is "${value}": expected ${expected}`,
  });

const wholeNumber = (variable: string, value: string, most: number): number => {
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= 1 && number <= most) return number;
  throw malformed(variable, value, `a whole number from 1 to ${most}`);
};

/**
 * Reads which descriptors were passed to the process of number `pid`, in order.
 *
 * @throws {TransportError} `EINVAL` naming the variable that is malformed
 * @see sd_listen_fds(3)
 */
export const readListenEnvironment = (environment: Environment, pid: number): readonly Passed[] => {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES } = environment;
  if (LISTEN_PID === undefined || LISTEN_FDS === undefined) return [];
  // They are for one process: what it starts has the variables, but not the descriptors.
  if (wholeNumber('LISTEN_PID', LISTEN_PID, 2 ** 32 - 1) !== pid) return [];
  const count = wholeNumber('LISTEN_FDS', LISTEN_FDS, mostDescriptors);
  const names = LISTEN_FDNAMES?.split(':');
  if (names !== undefined && names.length !== count) {
    throw malformed('LISTEN_FDNAMES', LISTEN_FDNAMES ?? '', `as many names as LISTEN_FDS says, which is ${count}`);
  }
  return Array.from({ length: count }, (_, index) => ({
    descriptor: firstDescriptor + index,
    name: names?.[index] ?? unnamed,
  }));
};

/** Removes the variables, so that no program that this process starts takes them for its own. */
export const clearListenEnvironment = (environment: Environment): void => {
  for (const variable of ['LISTEN_PID', 'LISTEN_PIDFDID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete environment[variable];
};
