import { isAddressError } from '@stack/address';

/** How the process ends. 128+n, after a second signal of number n, is given by whoever takes the signals. */
export const exitCode = { done: 0, failed: 1, usage: 2 } as const;

/** The command line asks for something that cannot be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A scheme that nobody serves is a mistake in the command line, though only the network can tell. */
const isUnsupported = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_UNSUPPORTED';

/** The exit code that stands for an error. */
export const exitCodeOf = (error: unknown): number => {
  const isUsage = error instanceof UsageError || isAddressError(error) || isUnsupported(error);
  return isUsage ? exitCode.usage : exitCode.failed;
};

/** What to say of an error. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
