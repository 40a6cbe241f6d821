import { chmodSync, linkSync, lstatSync } from 'node:fs';
import type { Server } from 'node:net';
import { formatAddress, type UnixAddress } from '@stack/address';
import type { DriverListenOptions } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import { lookAt } from './look-at.ts';
import { PrivateFolder } from './private-folder.ts';
import { SocketFile } from './socket-file.ts';
import { findStale, replaceStale } from './stale-path.ts';
import { startServer } from './start-server.ts';

type PathOptions = Pick<DriverListenOptions, 'backlog' | 'mode' | 'takeOverStale'>;

/** What systems say of hard links on file systems that have none. */
const withoutLinks: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Gives a file a second name; false where that is taken. */
const publish = (file: string, at: UnixAddress): boolean => {
  try {
    linkSync(file, at.path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!withoutLinks.has(codeOf(error))) throw error;
    const reason = 'the file system has no hard links, without which its name could be taken from another';
    throw new TransportError({
      code: 'ERR_UNSUPPORTED',
      op: 'listen',
      at: formatAddress(at),
      local: at,
      reason,
      cause: error,
    });
  }
};

const inUse = (path: string): Error => Object.assign(new Error(`${path} is taken`), { code: 'EADDRINUSE' });

/**
 * Has a server listen at a path: bound out of everybody's reach, given its permissions there, and only then its name. Whatever
 * has the name already keeps it, but for a stale socket that is to be taken over.
 *
 * @returns the file, to be removed before the server closes
 * @throws the error of the system, with nothing left behind
 */
export const listenAtPath = async (server: Server, at: UnixAddress, options: PathOptions): Promise<SocketFile> => {
  const { path } = at;
  const stale = options.takeOverStale ? await findStale(path) : undefined;
  if (stale === undefined && lookAt(path) !== undefined) throw inUse(path);
  const folder = PrivateFolder.beside(path);
  try {
    // Exclusive: in a worker of a cluster, the primary would bind it, which knows nothing of our descriptor.
    await startServer(server, { path: folder.bindPath, backlog: options.backlog, exclusive: true });
    chmodSync(folder.file, options.mode);
    const file = lstatSync(folder.file, { bigint: true });
    const isPublished =
      publish(folder.file, at) || (stale !== undefined && replaceStale(path, stale, folder.file, folder.changedNs));
    if (isPublished) return new SocketFile(path, file);
    throw inUse(path);
  } catch (error) {
    server.close();
    throw error;
  } finally {
    folder.remove();
  }
};
