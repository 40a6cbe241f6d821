import { accessSync, constants } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { endpoint, formatEndpoint, UNIX_PATH_MAX_BYTES, unixPath } from '@stack/address';
import { parsePlace, type Place } from './place.ts';

const canWrite = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/**
 * The path of this user's socket: in the folder that the session gives each user, else in the temporary one, which users
 * share. A path that a socket cannot have is passed over.
 */
export const seedSocketPath = (environment: Readonly<Record<string, string | undefined>>): string => {
  const { uid } = userInfo();
  const own = environment['XDG_RUNTIME_DIR'];
  const candidates = [
    // XDG Base Directory Specification: a relative path is to be ignored.
    ...(own?.startsWith('/') && canWrite(own) ? [join(own, 'stack-echo.sock')] : []),
    join(tmpdir(), `stack-echo-${uid}.sock`),
  ];
  return candidates.find((path) => Buffer.byteLength(path) <= UNIX_PATH_MAX_BYTES) ?? `/tmp/stack-echo-${uid}.sock`;
};

/** What the seed's programs serve, and the Unix socket that they only tell of. */
export const seedPlaces = (environment: Readonly<Record<string, string | undefined>>): readonly Place[] => {
  const socket = formatEndpoint(endpoint('unix', unixPath(seedSocketPath(environment))));
  return [
    'tcp://127.0.0.1:8000?protocol=upper&exchanges=1&backlog=5',
    'tcp://127.0.0.1:9090?protocol=upper-utf8&backlog=10',
    'udp://127.0.0.1:7777?protocol=upper',
    `${socket}?protocol=upper-utf8`,
  ].map(parsePlace);
};
