import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Finished, run, type RunOptions } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The arguments that make this Node run a TypeScript file of this repository, with its packages from their sources. */
export const nodeArguments = (file: URL, args: readonly string[]): string[] => [
  '--conditions=@stack/source',
  fileURLToPath(file),
  ...args,
];

/** What a program has said, and how long it took by itself. */
export interface Timed extends Finished {
  /** Milliseconds of CPU time and of waiting; what a busy machine made it wait for a CPU is not among them. */
  readonly ownMs: number;
}

/** Runs Node to its end, and measures its own time, as it is where Node sees the sources for the first time. */
export const runTimed = async (args: readonly string[], options: RunOptions = {}): Promise<Timed> => {
  using folder = temporaryFolder();
  const file = folder.file('own-time');
  const preload = new URL('own-time-preload.ts', import.meta.url).href;
  const finished = await run(process.execPath, ['--import', preload, ...args], {
    ...options,
    env: { ...options.env, NODE_COMPILE_CACHE: undefined, STACK_OWN_TIME_FILE: file },
  });
  return { ...finished, ownMs: Number(readFileSync(file, 'utf8')) };
};
