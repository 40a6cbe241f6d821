import { lstatSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { type Address, formatAddress } from '@stack/address';
import { TransportError } from '../contract/errors.ts';
import { fromNodeError } from './errors.ts';

const lstat = (path: string): Stats | undefined => {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
};

/** Says what is in the way of a socket file, where it is no socket. */
const inTheWay = (path: string): string | undefined => {
  const found = lstat(path);
  if (found === undefined || found.isSocket()) return undefined;
  const kind = found.isDirectory() ? 'a directory' : found.isSymbolicLink() ? 'a symbolic link' : 'a file';
  return `${kind} that is no socket is in the way; it was left as it is`;
};

const isAbsent = (path: string): boolean => {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
};

/** Why it could not listen at `at`; of a socket file, also what is wrong with its path. */
export const listenError = (at: Address, error: NodeJS.ErrnoException): TransportError => {
  const where = { op: 'listen', at: formatAddress(at), local: at } as const;
  if (at.family !== 'AF_UNIX' || at.kind !== 'path') return fromNodeError(error, where);
  // Node says EACCES where the kernel said ENOENT, to be the same on Windows.
  if (error.code === 'EACCES' && isAbsent(dirname(at.path))) {
    return new TransportError({
      ...where,
      code: 'ENOENT',
      reason: `there is no directory ${dirname(at.path)}`,
      cause: error,
    });
  }
  return fromNodeError(error, { ...where, reason: error.code === 'EADDRINUSE' ? inTheWay(at.path) : undefined });
};
