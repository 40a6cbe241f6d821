import type { Address, Inet4Address, Inet6Address } from './address.ts';
import { asAddress } from './as-address.ts';
import { ipv4Bits, ipv6Bits } from './inet-bits.ts';
import { sealInet4, sealInet6 } from './inet.ts';
import { formatIpv4 } from './ipv4.ts';
import { isMappedBits, lastBits, mapBits } from './ipv6-bits.ts';
import { formatIpv6 } from './ipv6-text.ts';

/**
 * Whether an address is an IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2): how a dual-stack socket shows an IPv4
 * peer.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, isMapped } from '@stack/address';
 *
 * assert(isMapped(inet('::ffff:10.0.0.1', 80)));
 * assert(!isMapped(inet('10.0.0.1', 80)));
 * ```
 */
export const isMapped = (address: Address): address is Inet6Address =>
  address.family === 'AF_INET6' && isMappedBits(ipv6Bits(address));

/**
 * The IPv4 address in an IPv4-mapped one, with the same port; its zone is dropped, for IPv4 has none. Any other address
 * comes back as it is. Equality, keys and text never unmap by themselves; classes, prefixes and `peerKey` always do.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, unmap } from '@stack/address';
 *
 * assert.deepEqual(unmap(inet('::ffff:10.0.0.1', 80)), inet('10.0.0.1', 80));
 * assert.deepEqual(unmap(inet('::1', 80)), inet('::1', 80));
 * ```
 */
export const unmap = <A extends Address>(address: A): A | Inet4Address => {
  const checked = asAddress(address);
  if (!isMapped(checked)) return checked;
  const bits = lastBits(ipv6Bits(checked));
  return sealInet4(formatIpv4(bits), checked.port, bits);
};

/**
 * The IPv4-mapped form of an IPv4 address: what an IPv6 socket that is not `ipv6Only` sends to.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet4, toMapped } from '@stack/address';
 *
 * assert.equal(toMapped(inet4('10.0.0.1', 80)).host, '::ffff:10.0.0.1');
 * ```
 */
export const toMapped = (address: Inet4Address): Inet6Address => {
  const bits = mapBits(ipv4Bits(address));
  return sealInet6(formatIpv6(bits), address.port, bits, undefined);
};
