import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Address, formatAddress } from '@stack/address';
import { TransportError, type TransportErrorInit } from '../contract/errors.ts';
import { fromNodeError } from './errors.ts';
import { lookAt } from './look-at.ts';

type PathReason = Pick<TransportErrorInit, 'code' | 'reason'>;

const isAbsent = (path: string): boolean => {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
};

/** Says what is in the way of a socket file, where it is no socket. */
const inTheWay = (path: string): string | undefined => {
  const found = lookAt(path);
  if (found === undefined || found.isSocket()) return undefined;
  const kind = found.isDirectory() ? 'a directory' : found.isSymbolicLink() ? 'a symbolic link' : 'a file';
  return `${kind} that is no socket is in the way; it was left as it is`;
};

/** What a failure means of a socket file at `path`, beyond its code. */
const pathReason = (path: string, code: string | undefined): PathReason | undefined => {
  const folder = dirname(path);
  switch (code) {
    case 'EADDRINUSE':
    case 'EEXIST':
      return { code: 'EADDRINUSE', reason: inTheWay(path) };
    case 'EACCES':
    case 'ENOENT':
      // Node says EACCES where the kernel said ENOENT, to be the same on Windows.
      if (isAbsent(folder)) return { code: 'ENOENT', reason: `there is no directory ${folder}` };
      return code === 'EACCES' ? { code, reason: `permission denied to make a file in ${folder}` } : undefined;
    case 'ENOTDIR':
      return { code, reason: `${folder} is no directory` };
    case 'EROFS':
      return { code, reason: `the file system of ${folder} is read-only` };
    default:
      return undefined;
  }
};

/** Why it could not listen at `at`; of a socket file, also what is wrong with its path. A `reason` of the error's own stands. */
export const listenError = (
  at: Address,
  error: NodeJS.ErrnoException & { readonly reason?: string },
): TransportError => {
  const where = { op: 'listen', at: formatAddress(at), local: at } as const;
  if (error.reason !== undefined) return fromNodeError(error, { ...where, reason: error.reason });
  if (error.code === 'ENOTSUP' && at.family !== 'AF_UNIX') {
    const reason = 'this system does not deal out the connections of one port: it has no reusePort';
    return new TransportError({ ...where, code: 'ERR_UNSUPPORTED', reason, cause: error });
  }
  const known = at.family === 'AF_UNIX' && at.kind === 'path' ? pathReason(at.path, error.code) : undefined;
  if (known !== undefined) return new TransportError({ ...where, ...known, cause: error });
  return fromNodeError(error, where);
};
