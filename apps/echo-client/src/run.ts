import { printable } from '@stack/address';
import { readArguments } from './arguments.ts';
import { exitCode, exitCodeOf, messageOf } from './failure.ts';
import type { Io } from './io.ts';
import { Outlet } from './outlet.ts';
import { talk } from './talk.ts';

/**
 * One run of the program: everything it does, but for being a process.
 *
 * @param argv - the command line after the program's own name
 * @returns the exit code; a failure was told on `io.stderr` in one line
 */
export const run = async (argv: readonly string[], io: Io): Promise<number> => {
  // Nobody is left to hear that nobody listens.
  io.stderr.on('error', () => undefined);
  const outlet = new Outlet(io.stdout);
  try {
    const args = readArguments(argv);
    await (typeof args === 'string' ? outlet.write(args) : talk(args, io, outlet));
    return exitCode.done;
  } catch (error) {
    const message = messageOf(error);
    if (message !== undefined) io.stderr.write(`echo-client: ${printable(message)}\n`);
    return exitCodeOf(error);
  } finally {
    io.stdin.destroy();
  }
};
