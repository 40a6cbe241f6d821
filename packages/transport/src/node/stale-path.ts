import { type BigIntStats, lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import type { UnixAddress } from '@stack/address';

/** What is at the path; nothing also where we may not look: the bind will tell why. */
const lstat = (path: string): BigIntStats | undefined => {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    return undefined;
  }
};

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

/**
 * Removes a socket file that a killed process left behind: only if it is a socket, ours, refuses a probe, and is still the
 * same file afterwards. Anything else is left for the bind to fail on.
 */
export const takeOverStalePath = async ({ path }: UnixAddress): Promise<void> => {
  const before = lstat(path);
  if (before === undefined || !before.isSocket() || Number(before.uid) !== process.getuid?.()) return;
  if ((await probe(path)) === 'ECONNREFUSED' && isSame(before, lstat(path))) unlinkSync(path);
};
