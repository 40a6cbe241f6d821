import type { InetAddress } from './address.ts';
import { unmappedBits } from './inet-bits.ts';

// Every test looks at the IPv4 address in an IPv4-mapped one.

/**
 * Whether an address is the wildcard: `0.0.0.0` or `::`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, isUnspecified } from '@stack/address';
 *
 * assert(isUnspecified(inet('::', 0)));
 * ```
 */
export const isUnspecified = (address: InetAddress): boolean => {
  const bits = unmappedBits(address);
  // RFC 1122, section 3.2.1.3 (a); RFC 4291, section 2.5.2.
  return typeof bits === 'number' ? bits === 0 : bits === '\0\0\0\0\0\0\0\0';
};

/**
 * Whether an address never leaves its host: `127.0.0.0/8` or `::1`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, isLoopback } from '@stack/address';
 *
 * assert(isLoopback(inet('::ffff:127.0.0.1', 80)));
 * assert(!isLoopback(inet('128.1.2.3', 80)));
 * ```
 */
export const isLoopback = (address: InetAddress): boolean => {
  const bits = unmappedBits(address);
  // RFC 1122, section 3.2.1.3 (g); RFC 4291, section 2.5.3.
  return typeof bits === 'number' ? bits >>> 24 === 127 : bits === '\0\0\0\0\0\0\0\x01';
};

/**
 * Whether an address is good on one link only: `169.254.0.0/16` or `fe80::/10`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, isLinkLocal } from '@stack/address';
 *
 * assert(isLinkLocal(inet('fe80::1%eth0', 80)));
 * ```
 */
export const isLinkLocal = (address: InetAddress): boolean => {
  const bits = unmappedBits(address);
  // RFC 3927, section 2.1; RFC 4291, section 2.5.6.
  return typeof bits === 'number' ? bits >>> 16 === 0xa9fe : (bits.charCodeAt(0) & 0xffc0) === 0xfe80;
};

/**
 * Whether an address names a group: `224.0.0.0/4` or `ff00::/8`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, isMulticast } from '@stack/address';
 *
 * assert(isMulticast(inet('224.0.0.251', 5353)));
 * ```
 */
export const isMulticast = (address: InetAddress): boolean => {
  const bits = unmappedBits(address);
  // RFC 1112, section 4; RFC 4291, section 2.7.
  return typeof bits === 'number' ? bits >>> 28 === 0xe : bits.charCodeAt(0) >>> 8 === 0xff;
};

/**
 * Whether an address is the limited broadcast address, `255.255.255.255`. That of a subnet looks like any other.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, isBroadcast } from '@stack/address';
 *
 * assert(isBroadcast(inet('255.255.255.255', 67)));
 * ```
 */
export const isBroadcast = (address: InetAddress): boolean =>
  // RFC 919, section 7.
  unmappedBits(address) === 0xffff_ffff;
