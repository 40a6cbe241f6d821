import { readDecimal } from './decimal.ts';
import { AddressError } from './errors.ts';
import { parseWith, tryWith, type Fault } from './fault.ts';
import type { Result } from './result.ts';

// RFC 9293, section 3.1, and RFC 768: the port fields are 16 bits wide.
const MAX_PORT = 65_535;

/**
 * Whether a number can be a port.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { isPort } from '@stack/address';
 *
 * assert(isPort(65_535));
 * assert(!isPort(80.5));
 * ```
 */
export const isPort = (port: number): boolean => Number.isInteger(port) && port >= 0 && port <= MAX_PORT;

/** The port, with -0 made 0, or an error. Zero is a port: it asks `bind` and `listen` for a free one. */
export const checkPort = (port: number): number => {
  if (isPort(port)) return port === 0 ? 0 : port;
  const shown = typeof port === 'number' ? String(port) : `a ${typeof port}`;
  throw new AddressError(
    'ERR_ADDRESS_PORT',
    `${shown} is not a port: expected an integer from 0 to ${MAX_PORT}`,
    String(port),
    0,
  );
};

/** Reads the text of a port. */
export const readPort = (text: string): number | Fault => readDecimal('ERR_ADDRESS_PORT', text, MAX_PORT);

/**
 * Reads a port from decimal text: digits only, no sign, no leading zero, no space, 0 to 65535.
 *
 * @throws {AddressError} code `ERR_ADDRESS_PORT` for anything else
 *
 * @example Strict where `Number()` is not
 * ```ts
 * import assert from 'node:assert/strict';
 * import { parsePort, tryParsePort } from '@stack/address';
 *
 * assert.equal(parsePort('8080'), 8080);
 * for (const text of ['80 ', '+80', '080', '0x50', '1e3', '', '65536']) assert.equal(tryParsePort(text).ok, false);
 * ```
 */
export const parsePort = (text: string): number => parseWith(readPort, 'a port', text);

/**
 * Like `parsePort`, returning the error.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { tryParsePort } from '@stack/address';
 *
 * assert.deepEqual(tryParsePort('80'), { ok: true, value: 80 });
 * assert.equal(tryParsePort(' 80').ok, false);
 * ```
 */
export const tryParsePort = (text: string): Result<number> => tryWith(readPort, 'a port', text);
