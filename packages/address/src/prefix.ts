import type { InetAddress } from './address.ts';
import { readDecimal } from './decimal.ts';
import { Fault, orThrow, parseWith, toError, tryWith, within } from './fault.ts';
import { ipv4Bits, ipv6Bits } from './inet-bits.ts';
import { withHint } from './inet-hint.ts';
import { ipNoun, readInet } from './inet.ts';
import { formatIpv4 } from './ipv4.ts';
import { isMappedBits, lastBits, type Ipv6Bits } from './ipv6-bits.ts';
import { formatIpv6 } from './ipv6-text.ts';
import { maskBits, maskIpv4 } from './mask.ts';
import { quote } from './quote.ts';
import type { Result } from './result.ts';
import { isSealed, seal, sealedBits } from './sealed.ts';

/** A block of addresses (CIDR): all that begin with the first `length` bits of `host`, whose other bits are zero. */
export interface Prefix {
  readonly family: 'AF_INET' | 'AF_INET6';
  readonly host: string;
  readonly length: number;
}

const NOUN = 'an address prefix';

const fault = (index: number, reason: string): Fault => new Fault('ERR_ADDRESS_PREFIX', index, reason);

const bitsOf = (address: InetAddress): number | Ipv6Bits =>
  address.family === 'AF_INET' ? ipv4Bits(address) : ipv6Bits(address);

const sealPrefix = (bits: number | Ipv6Bits, length: number): Prefix =>
  typeof bits === 'number'
    ? seal({ family: 'AF_INET', host: formatIpv4(bits), length }, bits)
    : seal({ family: 'AF_INET6', host: formatIpv6(bits), length }, bits);

/** Makes a prefix of bits that were read, and refuses what two readers would read differently. */
const checked = (bits: number | Ipv6Bits, length: number): Prefix | Fault => {
  if (typeof bits !== 'number' && isMappedBits(bits)) {
    // Every match unmaps first, so such a rule would never be asked.
    const ipv4 = `${formatIpv4(maskIpv4(lastBits(bits), Math.max(0, length - 96)))}/${Math.max(0, length - 96)}`;
    return fault(0, `IPv4-mapped addresses are matched as IPv4. Did you mean ${ipv4}?`);
  }
  const masked = maskBits(bits, length);
  if (masked === bits) return sealPrefix(bits, length);
  const { host } = sealPrefix(masked, length);
  return fault(0, `it has bits after the first ${length}. Did you mean ${host}/${length}?`);
};

const readPrefix = (text: string): Prefix | Fault => {
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const address = withHint(readInet(host, 0), host);
  if (address instanceof Fault) return within(address, host, ipNoun(host), 0);
  const max = address.family === 'AF_INET' ? 32 : 128;
  if (slash < 0) return fault(text.length, `the length is missing. Did you mean ${quote(`${text}/${max}`)}?`);
  if (address.family === 'AF_INET6' && address.zone !== undefined)
    return fault(text.indexOf('%'), 'a prefix has no zone');
  const digits = text.slice(slash + 1);
  const length = within(readDecimal('ERR_ADDRESS_PREFIX', digits, max), digits, 'a prefix length', slash + 1);
  return length instanceof Fault ? length : checked(bitsOf(address), length);
};

/**
 * Reads an address prefix: `10.0.0.0/8`, `2001:db8::/32`. Strict: the bits after the prefix are zero, the length is
 * decimal and always there, no netmask, no zone, and IPv4-mapped blocks are written as IPv4.
 *
 * @throws {AddressError} code `ERR_ADDRESS_PREFIX`, or `ERR_ADDRESS_HOST` for the address in front of `/`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { parsePrefix } from '@stack/address';
 *
 * assert.deepEqual(parsePrefix('10.0.0.0/8'), { family: 'AF_INET', host: '10.0.0.0', length: 8 });
 * assert.throws(() => parsePrefix('10.0.0.1/8'), { code: 'ERR_ADDRESS_PREFIX' });
 * ```
 */
export const parsePrefix = (text: string): Prefix => parseWith(readPrefix, NOUN, text);

/**
 * Like `parsePrefix`, returning the error.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { tryParsePrefix } from '@stack/address';
 *
 * assert.equal(tryParsePrefix('10.0.0.0/33').ok, false);
 * ```
 */
export const tryParsePrefix = (text: string): Result<Prefix> => tryWith(readPrefix, NOUN, text);

/**
 * The prefix of a length that an address lies in. The address of an IPv4-mapped one is to be unmapped first.
 *
 * @throws {AddressError} code `ERR_ADDRESS_PREFIX` for a length that the family does not have, and for IPv4-mapped
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { formatPrefix, inet, prefixOf } from '@stack/address';
 *
 * assert.equal(formatPrefix(prefixOf(inet('2001:db8:1:2::3', 80), 64)), '2001:db8:1:2::/64');
 * ```
 */
export const prefixOf = (address: InetAddress, length: number): Prefix => {
  const bits = bitsOf(address);
  const max = typeof bits === 'number' ? 32 : 128;
  const text = `${address.host}/${length}`;
  if (!Number.isInteger(length) || length < 0 || length > max) {
    throw toError(fault(address.host.length + 1, `expected a length from 0 to ${max}`), NOUN, text);
  }
  return orThrow(checked(maskBits(bits, length), length), NOUN, text);
};

/** A prefix as it is when this package made it, else checked. */
export const asPrefix = (prefix: Prefix): Prefix =>
  isSealed(prefix) ? prefix : parsePrefix(`${prefix.host}/${prefix.length}`);

/** The bits of a prefix. */
export const prefixBits = (prefix: Prefix): number | Ipv6Bits => sealedBits(asPrefix(prefix)) ?? 0;

/**
 * Writes a prefix as `parsePrefix` reads it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { formatPrefix, parsePrefix } from '@stack/address';
 *
 * assert.equal(formatPrefix(parsePrefix('2001:DB8:0::/32')), '2001:db8::/32');
 * ```
 */
export const formatPrefix = (prefix: Prefix): string => {
  const { host, length } = asPrefix(prefix);
  return `${host}/${length}`;
};
