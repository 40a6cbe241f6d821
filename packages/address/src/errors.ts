/**
 * What was refused:
 *
 * - `ERR_ADDRESS_SYNTAX`: the form as a whole (a missing port, a missing bracket, text that is no endpoint)
 * - `ERR_ADDRESS_SCHEME`: the word before the first `:`
 * - `ERR_ADDRESS_HOST`: an IP address or a host name
 * - `ERR_ADDRESS_ZONE`: what follows `%` in an IPv6 address
 * - `ERR_ADDRESS_PORT`: a port
 * - `ERR_ADDRESS_PATH`: a Unix path, an abstract name or the name of a named address
 * - `ERR_ADDRESS_PATH_TOO_LONG`: a Unix path or abstract name past `UNIX_PATH_MAX_BYTES`
 * - `ERR_ADDRESS_PREFIX`: an address prefix (CIDR)
 * - `ERR_ADDRESS_OPTION`: an option after `?`
 */
export type AddressErrorCode =
  | 'ERR_ADDRESS_SYNTAX'
  | 'ERR_ADDRESS_SCHEME'
  | 'ERR_ADDRESS_HOST'
  | 'ERR_ADDRESS_ZONE'
  | 'ERR_ADDRESS_PORT'
  | 'ERR_ADDRESS_PATH'
  | 'ERR_ADDRESS_PATH_TOO_LONG'
  | 'ERR_ADDRESS_PREFIX'
  | 'ERR_ADDRESS_OPTION';

const BRAND: symbol = /* @__PURE__ */ Symbol.for('@stack/address.error');

/**
 * Thrown for input that names no address. The message is one line, quotes the input (escaped and shortened) and says
 * what would be right.
 *
 * Switch on `code`. `input` is the whole text that was refused, `index` where in it the fault lies, in UTF-16 code units
 * (it equals the length when something is missing at the end).
 *
 * @example Tell bad input from other failures
 * ```ts
 * import assert from 'node:assert/strict';
 * import { isAddressError, parseEndpoint } from '@stack/address';
 *
 * try {
 *   parseEndpoint('tcp://127.0.0.1:65536');
 *   assert.fail('unreachable');
 * } catch (error) {
 *   assert(isAddressError(error, 'ERR_ADDRESS_PORT'));
 *   assert.equal(error.input, 'tcp://127.0.0.1:65536');
 *   assert.equal(error.index, 16);
 * }
 * ```
 */
export class AddressError extends Error {
  override readonly name: string = 'AddressError';
  declare readonly code: AddressErrorCode;
  declare readonly input: string;
  declare readonly index: number;

  constructor(code: AddressErrorCode, message: string, input: string, index: number) {
    super(message);
    this.code = code;
    this.input = input;
    this.index = index;
    // Recognised across copies of this package; not enumerable, so that a printed error does not show it.
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/**
 * Whether a value is an `AddressError`, of any copy of this package, and if asked of this code.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { isAddressError, tryParsePort } from '@stack/address';
 *
 * const result = tryParsePort('080');
 * assert(!result.ok);
 * assert(isAddressError(result.error, 'ERR_ADDRESS_PORT'));
 * assert(!isAddressError(new Error('080')));
 * ```
 */
export const isAddressError = <C extends AddressErrorCode = AddressErrorCode>(
  value: unknown,
  code?: C,
): value is AddressError & { readonly code: C } =>
  typeof value === 'object' &&
  value !== null &&
  BRAND in value &&
  (code === undefined || ('code' in value && value.code === code));
