import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Output, OutputGatherer } from './output.ts';

/** How a program ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds from its start. */
  readonly ms: number;
}

/** How to start a program. */
export interface StartOptions {
  readonly cwd?: string;
  /** Replaces or, with `undefined`, removes variables of this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Puts the program into a process group of its own, whose number is its pid. Default false. */
  readonly group?: boolean;
  /** The number of the user it runs as, where this process may choose. Default its own. */
  readonly user?: number;
}

/** A running program of the test. Disposing of it kills it and waits until it is gone. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Settles when it has ended and its outputs are read to their ends. */
  readonly exit: Promise<Exit>;
  /** The raw process, for what is not offered here: closing an output, copying without gathering. */
  readonly child: ChildProcess;
  /** Writes to its input and waits until it was taken. */
  write(data: string | Uint8Array): Promise<void>;
  /** Ends its input. */
  endInput(): void;
  signal(name: NodeJS.Signals): void;
  /** Waits for the next line on its standard output; fails with what it said on the other when there is none. */
  nextLine(): Promise<string>;
}

/** How long a group has to end by itself. */
const GROUP_GRACE_MS = 5_000;

/**
 * Programs are started again and again: what Node made of their sources is kept beside the installed packages, which
 * halves the time of a start.
 */
const quickStart = { NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url)) };

const alive = new Set<ChildProcess>();
const killAll = (): void => {
  for (const child of alive) child.kill('SIGKILL');
};
process.once('exit', killAll);
// Whoever runs the tests ends them with a signal when they take too long; nobody else would end their programs.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.once(signal, () => {
    killAll();
    process.kill(process.pid, signal);
  });
}

/**
 * Starts a program whose outputs are gathered. Whatever happens to the test process short of SIGKILL, the program does not
 * outlive it.
 */
export const start = async (
  command: string,
  args: readonly string[],
  { cwd, env = {}, group = false, user }: StartOptions = {},
): Promise<Program> => {
  const began = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...quickStart, ...env },
    detached: group,
    uid: user,
  });
  const stdout = new OutputGatherer();
  const stderr = new OutputGatherer();
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk)).once('close', () => stdout.end());
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk)).once('close', () => stderr.end());
  // Writing to a program that has gone is no failure of the test: its exit is what gets checked.
  child.stdin.on('error', () => undefined);
  await once(child, 'spawn');
  alive.add(child);

  const { promise: exit, resolve } = Promise.withResolvers<Exit>();
  child.once('exit', () => alive.delete(child));
  const isAlive = (): boolean => alive.has(child);
  /** A leader that starts others in groups of their own has to be asked: only it can end them. */
  const endGroup = async (): Promise<void> => {
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    const { promise: late, resolve: giveUp } = Promise.withResolvers<void>();
    const timer = setTimeout(giveUp, GROUP_GRACE_MS);
    await Promise.race([once(child, 'exit'), late]);
    clearTimeout(timer);
  };
  child.once('close', (code, signal) => resolve({ code, signal, ms: performance.now() - began }));
  return {
    pid: child.pid ?? 0,
    stdout,
    stderr,
    exit,
    child,
    write: async (data) => {
      if (child.stdin.write(data)) return;
      await new Promise<void>((resolve) => {
        child.stdin.once('drain', resolve).once('close', resolve);
      });
    },
    endInput: () => child.stdin.end(),
    signal: (name) => void child.kill(name),
    nextLine: async () => {
      const line = await stdout.line();
      if (line !== null) return line;
      throw new Error(`${command} ${args.join(' ')} ended without another line; it said: ${stderr.text}`);
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.destroy();
      if (isAlive() && group) await endGroup();
      child.kill('SIGKILL');
      // Whoever it started may hold its outputs open; they are not ours to wait for.
      child.stdout.destroy();
      child.stderr.destroy();
      await exit;
    },
  };
};

/** What a program that ran to its end has said. */
export interface Finished extends Exit {
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** How to run a program. */
export interface RunOptions extends StartOptions {
  /** What it reads. Default nothing. */
  readonly input?: string | Uint8Array;
  /** Milliseconds after which it is killed. Default 15,000. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end. */
export const run = async (
  command: string,
  args: readonly string[],
  { input, timeoutMs = 15_000, ...options }: RunOptions = {},
): Promise<Finished> => {
  await using program = await start(command, args, options);
  const timer = setTimeout(() => program.signal('SIGKILL'), timeoutMs);
  if (input !== undefined) void program.write(input);
  program.endInput();
  const exit = await program.exit;
  clearTimeout(timer);
  return { ...exit, stdout: program.stdout.bytes, stderr: program.stderr.text };
};
