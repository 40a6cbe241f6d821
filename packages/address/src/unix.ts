import type { UnixAddress } from './address.ts';
import { Fault, moved, orThrow, requireText, strayFault } from './fault.ts';
import { seal } from './sealed.ts';
import { lengthFault } from './utf8.ts';

/**
 * The longest Unix path, and the longest abstract name without its leading NUL, in bytes of UTF-8: `sun_path` has 108
 * bytes on Linux, and one of them is NUL.
 */
export const UNIX_PATH_MAX_BYTES = 107;

/** Says why a text cannot be the bytes of a path or abstract name, or nothing. */
const bytesFault = (text: string): Fault | undefined =>
  lengthFault('ERR_ADDRESS_PATH_TOO_LONG', text, UNIX_PATH_MAX_BYTES) ??
  strayFault('ERR_ADDRESS_PATH', text, /^$|\p{Cs}/u, 'characters that UTF-8 can write');

/** Whether a path says itself where it begins, so that no text form takes it for something else. */
export const isAnchored = (path: string): boolean => /^\.{0,2}\//.test(path);

/** Reads the path of a socket file. */
export const readUnixPath = (text: string): UnixAddress | Fault => {
  const path = isAnchored(text) ? text : `./${text}`;
  return moved<UnixAddress>(
    bytesFault(path) ??
      // The kernel would stop reading there and bind another file.
      strayFault('ERR_ADDRESS_PATH', path, /\0/, 'a path without NUL') ??
      seal<UnixAddress>({ family: 'AF_UNIX', kind: 'path', path }, null),
    text.length - path.length,
  );
};

/** Reads the name of an abstract socket, without its leading NUL. Further NULs are part of the name. */
export const readUnixAbstract = (text: string): UnixAddress | Fault =>
  bytesFault(text) ?? seal({ family: 'AF_UNIX', kind: 'abstract', path: text }, null);

/** Says where what is no path belongs. */
const misplaced = (path: string): Fault | undefined => {
  const hint = path === '' ? 'it is empty. A socket without a name is unixUnnamed' : undefined;
  const reason = path.startsWith('\0') ? 'it begins with NUL. An abstract name is unixAbstract' : hint;
  return reason === undefined ? undefined : new Fault('ERR_ADDRESS_PATH', 0, reason);
};

/**
 * Makes the address of a socket file. A path that begins with neither `/`, `./` nor `../` gets `./` in front: the same
 * file, and no reader takes `@x` for an abstract name. Relative paths stay relative.
 *
 * At most `UNIX_PATH_MAX_BYTES` bytes of UTF-8, no NUL, no lone surrogate.
 *
 * @throws {AddressError} code `ERR_ADDRESS_PATH` or `ERR_ADDRESS_PATH_TOO_LONG`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { unixPath } from '@stack/address';
 *
 * assert.deepEqual(unixPath('/run/echo.sock'), { family: 'AF_UNIX', kind: 'path', path: '/run/echo.sock' });
 * assert.equal(unixPath('@x').path, './@x');
 * assert.throws(() => unixPath('é'.repeat(54)), { code: 'ERR_ADDRESS_PATH_TOO_LONG' });
 * ```
 */
export const unixPath = (path: string): UnixAddress => {
  requireText(path, 'a Unix path');
  return orThrow(misplaced(path) ?? readUnixPath(path), 'a Unix path', path);
};

/**
 * Makes the address of an abstract socket (Linux): a name outside the file system, given without its leading NUL and
 * exact to the byte. It has no permissions: whoever shares the network namespace can connect.
 *
 * At most `UNIX_PATH_MAX_BYTES` bytes of UTF-8.
 *
 * @throws {AddressError} code `ERR_ADDRESS_PATH` or `ERR_ADDRESS_PATH_TOO_LONG`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { unixAbstract } from '@stack/address';
 *
 * assert.deepEqual(unixAbstract('echo'), { family: 'AF_UNIX', kind: 'abstract', path: 'echo' });
 * ```
 */
export const unixAbstract = (name: string): UnixAddress => {
  requireText(name, 'an abstract Unix name');
  return orThrow(readUnixAbstract(name), 'an abstract Unix name', name);
};

/** The address of a Unix socket that was never bound: what a server sees of most of its clients. */
export const unixUnnamed: UnixAddress = /* @__PURE__ */ seal({ family: 'AF_UNIX', kind: 'unnamed', path: '' }, null);
