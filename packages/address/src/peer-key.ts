import type { Address } from './address.ts';
import { asAddress } from './as-address.ts';
import { addressText } from './format.ts';
import { unmappedBits } from './inet-bits.ts';
import { formatIpv4 } from './ipv4.ts';
import { formatIpv6 } from './ipv6-text.ts';
import { maskIpv6 } from './mask.ts';

// RFC 4291, section 2.5.1, and RFC 6177, section 2: a site gets a /64 or more, and every address in it is its own to use.
const SITE_BITS = 64;

/**
 * Who an address is, for limits per peer: the IPv4 address (of an IPv4-mapped one too), the `/64` of an IPv6 address with
 * its zone, and the whole text of Unix and named addresses. The port plays no part.
 *
 * All Unix peers without a name have one key, for nothing tells them apart.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, peerKey } from '@stack/address';
 *
 * assert.equal(peerKey(inet('::ffff:10.0.0.1', 40_000)), '10.0.0.1');
 * assert.equal(peerKey(inet('2001:db8:1:2:3:4:5:6', 40_001)), '2001:db8:1:2::/64');
 * ```
 */
export const peerKey = (address: Address): string => {
  const checked = asAddress(address);
  if (checked.family !== 'AF_INET' && checked.family !== 'AF_INET6') return addressText(checked);
  const bits = unmappedBits(checked);
  if (typeof bits === 'number') return formatIpv4(bits);
  const site = `${formatIpv6(maskIpv6(bits, SITE_BITS))}/${SITE_BITS}`;
  return checked.family === 'AF_INET6' && checked.zone !== undefined ? `${site}%${checked.zone}` : site;
};
