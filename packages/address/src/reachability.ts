import type { InetAddress } from './address.ts';
import { CidrSet } from './cidr-set.ts';
import { unmappedBits } from './inet-bits.ts';
import { sealInet4 } from './inet.ts';
import { formatIpv4 } from './ipv4.ts';
import { lastBits } from './ipv6-bits.ts';

// "Globally Reachable" of the IANA special-purpose address registries (RFC 6890, section 2.2.1, in the words of RFC 8190),
// with "N/A" taken for no, and unicast only.
const REACHABLE = `
  0.0.0.0/0 2000::/3
  192.0.0.9/32 192.0.0.10/32
  2001:1::1/128 2001:1::2/128 2001:1::3/128 2001:3::/32 2001:4:112::/48 2001:20::/28 2001:30::/28
`;
const NOT_REACHABLE = `
  0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
  192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
  ::/0 2001::/23 2001:db8::/32 2002::/16 3fff::/20
`;

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

// Made when first asked for: importing this package costs nothing.
let registry: CidrSet<boolean> | undefined;

const makeRegistry = (): CidrSet<boolean> => {
  const set = new CidrSet<boolean>();
  for (const prefix of words(REACHABLE)) set.add(prefix, true);
  for (const prefix of words(NOT_REACHABLE)) set.add(prefix, false);
  return set;
};

// RFC 6052, section 2.1: 64:ff9b::/96.
const TRANSLATED_PREFIX = '\u0064\uff9b\0\0\0\0';

/**
 * Whether an address can be reached from anywhere: unicast, and neither private, local, shared, reserved, for documents
 * nor a tunnel's. This is the test for addresses that somebody else names (a URL to fetch, a webhook), after resolving
 * the name.
 *
 * `64:ff9b::/96` leads to the IPv4 address in it and is as reachable as that one (RFC 6052, section 3.1). IPv6 space that
 * IANA has not given out is not reachable.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, isGlobal } from '@stack/address';
 *
 * assert(isGlobal(inet('9.9.9.9', 443)));
 * for (const host of ['127.0.0.1', '::ffff:10.0.0.1', '64:ff9b::10.0.0.1', '100.64.0.1', '169.254.169.254', 'fd00::1']) {
 *   assert(!isGlobal(inet(host, 443)), host);
 * }
 * ```
 */
export const isGlobal = (address: InetAddress): boolean => {
  registry ??= makeRegistry();
  const bits = unmappedBits(address);
  const isTranslated = typeof bits === 'string' && bits.startsWith(TRANSLATED_PREFIX);
  const target = isTranslated ? sealInet4(formatIpv4(lastBits(bits)), address.port, lastBits(bits)) : address;
  return registry.match(target)?.value === true;
};
