import { printable } from '@stack/address';
import { readConfig } from './config.ts';
import { exitCode, exitCodeOf, messageOf } from './failure.ts';

/**
 * One run of the program. It ends the process when it has served, and otherwise gives the exit code.
 *
 * @param argv - the command line after the program's own name
 */
export const run = async (argv: readonly string[]): Promise<number> => {
  try {
    const config = readConfig(argv, process.env);
    if (typeof config === 'string') {
      process.stdout.write(config);
      return exitCode.done;
    }
    // Everything that opens sockets is loaded once it is needed: a mistyped command line is answered at once.
    const { serveProcess } = await import('./serve-process.ts');
    return await serveProcess(config);
  } catch (error) {
    process.stderr.write(`echo-server: ${printable(messageOf(error))}\n`);
    return exitCodeOf(error);
  }
};
