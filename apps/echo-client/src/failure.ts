import { isAddressError } from '@stack/address';
import { isTransportError } from '@stack/transport';

/** How a run ends, as its process's exit code. */
export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  // 128 plus SIGINT's number: what a shell gives for a program that Ctrl+C ended.
  interrupted: 130,
} as const;

/** The command line asks for something that cannot be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Whoever read our output has gone (`| head -1`): no failure, there is nobody left to tell. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

/** The user pressed Ctrl+C at the prompt. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The exit code that stands for an error. */
export const exitCodeOf = (error: unknown): number => {
  if (error instanceof ReaderGone) return exitCode.done;
  if (error instanceof Interrupted) return exitCode.interrupted;
  // A scheme that nobody serves is a mistake in the command line, though only the network can tell.
  const isUsage = error instanceof UsageError || isAddressError(error) || isTransportError(error, 'ERR_UNSUPPORTED');
  return isUsage ? exitCode.usage : exitCode.failed;
};

/** What to say of an error; nothing of one that is no news. */
export const messageOf = (error: unknown): string | undefined => {
  if (error instanceof ReaderGone || error instanceof Interrupted) return undefined;
  return error instanceof Error ? error.message : String(error);
};
