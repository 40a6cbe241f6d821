import { AddressError } from './errors.ts';
import { Fault, parseWith, tryWith } from './fault.ts';
import { quoteAt } from './quote.ts';
import type { Result } from './result.ts';

// RFC 9293, section 3.1, and RFC 768: the port fields are 16 bits wide.
const MAX_PORT = 65_535;
const EXPECTED = `expected an integer from 0 to ${MAX_PORT}`;

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
  throw new AddressError('ERR_ADDRESS_PORT', `${shown} is not a port: ${EXPECTED}`, String(port), 0);
};

const fault = (index: number, reason: string): Fault => new Fault('ERR_ADDRESS_PORT', index, reason);

/** Reads a port in `text` from `start` to the end. The index of a fault counts from the beginning of `text`. */
export const readPortAt = (text: string, start: number): number | Fault => {
  const { length } = text;
  if (length === start) return fault(start, `${EXPECTED}, found nothing`);
  let port = 0;
  for (let index = start; index < length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return fault(index, `expected decimal digits only, found ${quoteAt(text, index)}`);
    if (index > start && port === 0) return fault(start, 'leading zeros are not allowed');
    port = port * 10 + digit;
    // Before the next digit: a port that wraps around 32 bits must not come back into range.
    if (port > MAX_PORT) return fault(start, `the largest port is ${MAX_PORT}`);
  }
  return port;
};

const readPort = (text: string): number | Fault => readPortAt(text, 0);

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
