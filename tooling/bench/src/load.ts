import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onCore } from './pinning.ts';

/** What the load does: see `native/load.c`. */
export interface Load {
  readonly mode: 'echo' | 'accept' | 'connect' | 'hold';
  readonly connections: number;
  readonly messageBytes: number;
}

/** What the load saw between the end of its warm-up and its end. */
export interface LoadResult {
  readonly messages: number;
  readonly elapsedNs: number;
  /** Processor time of the program under test. */
  readonly subjectNs: number;
  /** Processor time of the load itself: a load that is never idle keeps the program waiting. */
  readonly loadNs: number;
  /** How long either of them had to wait for a processor: what others took from them. */
  readonly waitedNs: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
}

/** How long to warm up, and to measure. */
export interface Durations {
  readonly warmUpMs: number;
  readonly ms: number;
}

const sourceFile = join(import.meta.dirname, '../native/load.c');
const cacheDir = join(import.meta.dirname, '../node_modules/.cache/load');

/**
 * Compiles the load once for each state of its source, and tells where the program is.
 *
 * @throws {Error} when there is no C compiler (`cc`, or what CC names), with what it said
 */
export const compileLoad = (): string => {
  const source = readFileSync(sourceFile);
  const program = join(cacheDir, createHash('sha256').update(source).digest('hex').slice(0, 16));
  if (existsSync(program)) return program;
  mkdirSync(cacheDir, { recursive: true });
  const compiler = process.env['CC'] ?? 'cc';
  const unfinished = `${program}.${process.pid}`;
  const { error, status, stderr } = spawnSync(compiler, ['-O2', '-o', unfinished, sourceFile], { encoding: 'utf8' });
  if (error !== undefined) {
    throw new Error(`Cannot compile the load: no C compiler "${compiler}"; install one, or name it in CC`, {
      cause: error,
    });
  }
  if (status !== 0) throw new Error(`Cannot compile the load: ${stderr.trim()}`);
  renameSync(unfinished, program);
  return program;
};

/** A load that runs: its lines of output as they come, and how to end one that holds. */
export interface RunningLoad extends Disposable {
  /** The next line. Rejects when there is none. */
  line(): Promise<unknown>;
}

/** Starts the load on its own core. */
export const startLoad = (
  program: string,
  { mode, connections, messageBytes }: Load,
  target: { readonly port: number; readonly pid: number },
  { warmUpMs, ms }: Durations,
): RunningLoad => {
  const args = [mode, target.port, connections, messageBytes, target.pid, warmUpMs, ms].map(String);
  const child = spawn(...onCore('load', program, args), { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    line: async () => {
      const { value, done } = await lines.next();
      if (done !== true) return JSON.parse(value);
      throw new Error(`Cannot measure: ${complaint.trim() || 'the load ended without a word'}`);
    },
    [Symbol.dispose]: () => {
      child.kill();
    },
  };
};
