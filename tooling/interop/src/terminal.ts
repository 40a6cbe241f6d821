import { type Program, start, type StartOptions } from './program.ts';
import { pythonArguments, pythonPath } from './python.ts';

/** Starts a command in a terminal of its own. What is written to the program is typed there. */
export const startInTerminal = (command: string, args: readonly string[], options?: StartOptions): Promise<Program> =>
  start(pythonPath(), pythonArguments('in_terminal.py', [command, ...args]), options);
