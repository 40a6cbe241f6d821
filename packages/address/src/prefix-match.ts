import type { InetAddress } from './address.ts';
import { unmappedBits } from './inet-bits.ts';
import { sealInet4, sealInet6 } from './inet.ts';
import { formatIpv4 } from './ipv4.ts';
import { formatIpv6 } from './ipv6-text.ts';
import { maskIpv4, maskIpv6, nextIpv6 } from './mask.ts';
import { checkPort } from './port.ts';
import { asPrefix, prefixBits, type Prefix } from './prefix.ts';

/**
 * Whether an address lies in a prefix. An IPv4-mapped address is matched as the IPv4 address in it, and only so: it lies
 * in `10.0.0.0/8`, and not in `::/0`. A zone plays no part.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, parsePrefix, prefixContains } from '@stack/address';
 *
 * const net10 = parsePrefix('10.0.0.0/8');
 * assert(prefixContains(net10, inet('10.255.0.1', 80)));
 * assert(prefixContains(net10, inet('::ffff:10.255.0.1', 80)));
 * ```
 */
export const prefixContains = (prefix: Prefix, address: InetAddress): boolean => {
  const { length } = prefix;
  const block = prefixBits(prefix);
  const bits = unmappedBits(address);
  if (typeof block === 'number') return typeof bits === 'number' && maskIpv4(bits, length) === block;
  return typeof bits === 'string' && maskIpv6(bits, length) === block;
};

const ipv4Addresses = function* (first: number, length: number, port: number): Generator<InetAddress, void> {
  for (let bits = first; bits < first + 2 ** (32 - length); bits++) yield sealInet4(formatIpv4(bits), port, bits);
};

const ipv6Addresses = function* (first: string, length: number, port: number): Generator<InetAddress, void> {
  let bits: string | undefined = first;
  while (bits !== undefined && maskIpv6(bits, length) === first) {
    yield sealInet6(formatIpv6(bits), port, bits, undefined);
    bits = nextIpv6(bits);
  }
};

/**
 * Walks through the addresses of a prefix in order, the first and the last included, each with `port`. Lazy: an IPv6
 * prefix has more addresses than anyone has time.
 *
 * @throws {AddressError} code `ERR_ADDRESS_PORT`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { parsePrefix, prefixAddresses } from '@stack/address';
 *
 * const hosts = Array.from(prefixAddresses(parsePrefix('192.0.2.4/30'), 80), ({ host }) => host);
 * assert.deepEqual(hosts, ['192.0.2.4', '192.0.2.5', '192.0.2.6', '192.0.2.7']);
 * ```
 */
export const prefixAddresses = (prefix: Prefix, port: number): IterableIterator<InetAddress> => {
  const checkedPort = checkPort(port);
  const { length } = asPrefix(prefix);
  const bits = prefixBits(prefix);
  return typeof bits === 'number' ? ipv4Addresses(bits, length, checkedPort) : ipv6Addresses(bits, length, checkedPort);
};
