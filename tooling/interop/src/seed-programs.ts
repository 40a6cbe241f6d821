import { type Program, run, start, type Finished, type RunOptions } from './program.ts';
import { pythonArguments, pythonPath } from './python.ts';

/** The programs this project grew out of, as they stand in `python/`. */
export type SeedProgram =
  | 'tcp_one_shot_server'
  | 'tcp_one_shot_client'
  | 'tcp_persistent_server'
  | 'tcp_persistent_client'
  | 'udp_server'
  | 'udp_client'
  | 'unix_server'
  | 'unix_client';

/** Runs one of the programs to its end. */
export const runSeed = (name: SeedProgram, args: readonly string[], options?: RunOptions): Promise<Finished> =>
  run(pythonPath(), pythonArguments(`${name}.py`, args), options);

/** Runs the crowd: many clients at once on one persistent server. */
export const runCrowd = (args: readonly string[], options?: RunOptions): Promise<Finished> =>
  run(pythonPath(), pythonArguments('crowd.py', args), options);

/** A program that runs again and again in one interpreter. */
export interface Repeated extends AsyncDisposable {
  readonly program: Program;
  /** Runs it once more, after the runs asked for before, with these arguments. */
  again(args: readonly string[]): Promise<void>;
  /** Waits until it has run to its end once more. */
  ran(): Promise<void>;
}

/** Starts an interpreter that runs one of the programs as often as it is asked to. It ends with the test's process. */
export const repeatSeed = async (name: SeedProgram): Promise<Repeated> => {
  const program = await start(pythonPath(), pythonArguments('in_turn.py', [`${name}.py`]));
  return {
    program,
    again: (args) => program.write(`${JSON.stringify(args)}\n`),
    ran: async () => {
      const line = await program.stderr.line();
      if (line !== 'ran') throw new Error(`Cannot run ${name} once more: ${line} ${program.stderr.text}`);
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
};

/** The port in a server's ready line (`Listening on 40123`). */
export const readyPort = (line: string): number => {
  const port = Number(/ (\d+)$/.exec(line)?.[1]);
  if (!(port > 0)) throw new Error(`Cannot find the port in the ready line ${JSON.stringify(line)}`);
  return port;
};
