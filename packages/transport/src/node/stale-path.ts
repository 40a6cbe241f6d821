import { type BigIntStats, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { lookAt } from './look-at.ts';

/** Who takes over needs microseconds. A lock that is older was left by a process that was killed meanwhile. */
const lockLifeNs = 10_000_000_000n;

const isSame = (one: BigIntStats, other: BigIntStats | undefined): boolean =>
  // The number of a file that was removed is soon given to another: only with its times it is the same.
  one.ino === other?.ino &&
  one.dev === other.dev &&
  one.ctimeNs === other.ctimeNs &&
  one.birthtimeNs === other.birthtimeNs;

/** What a probe of a socket file found: `ECONNREFUSED` is a file that nobody listens on. */
const probe = (path: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve('alive');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
  });

/** The socket file that a killed process left at the path: a socket, ours, and nobody answers. Anything else is in use. */
export const findStale = async (path: string): Promise<BigIntStats | undefined> => {
  const found = lookAt(path);
  if (found === undefined || !found.isSocket() || Number(found.uid) !== process.geteuid?.()) return undefined;
  return (await probe(path)) === 'ECONNREFUSED' ? found : undefined;
};

const unlock = (path: string): void => {
  try {
    rmdirSync(path);
  } catch {
    // Somebody found it too old.
  }
};

/** Makes a directory, which only one can. One that is too old makes room, for the next who asks. */
const lock = (path: string, nowNs: bigint): boolean => {
  try {
    mkdirSync(path, 0o700);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = lookAt(path);
  if (found !== undefined && nowNs - found.mtimeNs > lockLifeNs) unlock(path);
  return false;
};

/**
 * Puts `successor` in the place of a stale socket file, at once: at no time there is none.
 *
 * No system removes a file only if it is a certain one. Between the look and the replacement another process could have taken
 * over, and would lose its live socket; so those who take over the same path do it one after the other.
 *
 * @param stale - what `findStale` found
 * @param nowNs - the time, as the file system has it
 * @returns whether it did; not if the file is another by now, or another process is at it
 */
export const replaceStale = (path: string, stale: BigIntStats, successor: string, nowNs: bigint): boolean => {
  const locked = join(dirname(path), `.${basename(path)}.lock`);
  if (!lock(locked, nowNs)) return false;
  try {
    if (!isSame(stale, lookAt(path))) return false;
    renameSync(successor, path);
    return true;
  } finally {
    unlock(locked);
  }
};
