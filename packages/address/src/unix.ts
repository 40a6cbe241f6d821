import type { UnixAddress } from './address.ts';
import { Fault, moved, orThrow, requireText } from './fault.ts';
import { seal } from './sealed.ts';
import { measureUtf8 } from './utf8.ts';

/**
 * The longest Unix path, and the longest abstract name without its leading NUL, in bytes of UTF-8: `sun_path` has 108
 * bytes on Linux, and one of them is NUL.
 */
export const UNIX_PATH_MAX_BYTES = 107;

// PATH_MAX of Linux: past it no count is worth making.
const MAX_MEASURED = 4096;

const pathFault = (index: number, reason: string): Fault => new Fault('ERR_ADDRESS_PATH', index, reason);

const tooLong = (index: number, found: string): Fault => {
  const reason = `it is too long: ${found}, the limit is ${UNIX_PATH_MAX_BYTES} bytes`;
  return new Fault('ERR_ADDRESS_PATH_TOO_LONG', index, reason);
};

/** Refuses without reading it what is too long in any case. */
export const oversizeFault = (text: string): Fault | undefined =>
  text.length > MAX_MEASURED ? tooLong(UNIX_PATH_MAX_BYTES, `${text.length} characters`) : undefined;

/** Says why a text is no Unix path or abstract name of its length, or nothing. */
const measureFault = (text: string): Fault | undefined => {
  const { bytes, fits, lone } = measureUtf8(text, UNIX_PATH_MAX_BYTES);
  if (lone >= 0) return pathFault(lone, 'found half of a surrogate pair, which UTF-8 cannot write');
  return bytes > UNIX_PATH_MAX_BYTES ? tooLong(fits, `${bytes} bytes`) : undefined;
};

/** Whether a path says itself where it begins, so that no text form takes it for something else. */
const isAnchored = (path: string): boolean => path.startsWith('/') || path.startsWith('./') || path.startsWith('../');

/** Reads the path of a socket file. */
export const readUnixPath = (text: string): UnixAddress | Fault => {
  const oversize = oversizeFault(text);
  if (oversize !== undefined) return oversize;
  if (text === '') return pathFault(0, 'it is empty. A socket without a name is unixUnnamed');
  const nul = text.indexOf('\0');
  if (nul === 0) return pathFault(0, 'it begins with NUL. An abstract name is unixAbstract');
  // The kernel would stop reading there and bind another file.
  if (nul > 0) return pathFault(nul, 'a path cannot contain NUL');
  const path = isAnchored(text) ? text : `./${text}`;
  const bad = moved(measureFault(path), text.length - path.length);
  return bad ?? seal({ family: 'AF_UNIX', kind: 'path', path }, undefined);
};

/** Reads the name of an abstract socket, without its leading NUL. Further NULs are part of the name. */
export const readUnixAbstract = (text: string): UnixAddress | Fault =>
  text === ''
    ? pathFault(0, 'it is empty')
    : (oversizeFault(text) ??
      measureFault(text) ??
      seal({ family: 'AF_UNIX', kind: 'abstract', path: text }, undefined));

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
  return orThrow(readUnixPath(path), 'a Unix path', path);
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
export const unixUnnamed: UnixAddress = /* @__PURE__ */ seal(
  { family: 'AF_UNIX', kind: 'unnamed', path: '' },
  undefined,
);
