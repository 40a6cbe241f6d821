import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How to run a module. */
export interface RunOptions {
  /** Milliseconds after which it is killed. */
  readonly limitMs: number;
  /** Where node may keep what it compiled. */
  readonly cacheDir: string;
}

const tail = (output: string): string => output.trimEnd().split('\n').slice(-40).join('\n');

const killGroup = (leader: number): void => {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // It ended by itself in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

/**
 * Runs a module in a process of its own, in an empty folder that is removed afterwards.
 *
 * @returns what it wrote, when it failed or did not end in time; `undefined` when all went well
 */
export const runModule = (path: string, { limitMs, cacheDir }: RunOptions): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const cwd = mkdtempSync(join(tmpdir(), 'example-'));
    const child = spawn(process.execPath, ['--conditions=@stack/source', path], {
      cwd,
      env: { PATH: process.env['PATH'], TMPDIR: cwd, NODE_COMPILE_CACHE: cacheDir },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what it started ends with it.
      detached: true,
    });
    let output = '';
    const collect = (chunk: string): void => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);

    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      if (child.pid !== undefined) killGroup(child.pid);
    }, limitMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      rmSync(cwd, { recursive: true, force: true });
      if (isLate) resolve(`${tail(output)}\nIt did not end within ${limitMs} ms: something is left open.`);
      else resolve(code === 0 ? undefined : `${tail(output)}\nIt ended with ${signal ?? code}.`);
    });
  });
