import type { InetAddress } from './address.ts';
import { unmappedBits } from './inet-bits.ts';

// Every test looks at the IPv4 address in an IPv4-mapped one.

/**
 * Whether an address is for private networks: `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` or `fc00::/7`.
 * Private is not the opposite of global: see `isGlobal`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, isPrivate } from '@stack/address';
 *
 * assert(isPrivate(inet('172.31.255.255', 80)));
 * assert(!isPrivate(inet('172.32.0.0', 80)));
 * assert(isPrivate(inet('::ffff:10.0.0.1', 80)));
 * ```
 */
export const isPrivate = (address: InetAddress): boolean => {
  const bits = unmappedBits(address);
  if (typeof bits !== 'number') return isUniqueLocal(address);
  // RFC 1918, section 3.
  return bits >>> 24 === 10 || bits >>> 20 === 0xac1 || bits >>> 16 === 0xc0a8;
};

/**
 * Whether an address is a unique local IPv6 address: `fc00::/7`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, isUniqueLocal } from '@stack/address';
 *
 * assert(isUniqueLocal(inet('fd00::1', 80)));
 * ```
 */
export const isUniqueLocal = (address: InetAddress): boolean => {
  const bits = unmappedBits(address);
  // RFC 4193, section 3.1.
  return typeof bits !== 'number' && bits.charCodeAt(0) >>> 9 === 0x7e;
};

/**
 * Whether an address belongs to the space that providers share behind carrier-grade NAT: `100.64.0.0/10`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, isShared } from '@stack/address';
 *
 * assert(isShared(inet('100.64.0.1', 80)));
 * ```
 */
export const isShared = (address: InetAddress): boolean => {
  const bits = unmappedBits(address);
  // RFC 6598, section 7.
  return typeof bits === 'number' && bits >>> 22 === 0x191;
};

/**
 * Whether an address is for examples in documents: `192.0.2.0/24`, `198.51.100.0/24`, `203.0.113.0/24`,
 * `2001:db8::/32` or `3fff::/20`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, isDocumentation } from '@stack/address';
 *
 * assert(isDocumentation(inet('2001:db8::1', 80)));
 * ```
 */
export const isDocumentation = (address: InetAddress): boolean => {
  const bits = unmappedBits(address);
  if (typeof bits === 'number') {
    const network = bits >>> 8;
    // RFC 5737, section 3.
    return network === 0xc0_00_02 || network === 0xc6_33_64 || network === 0xcb_00_71;
  }
  const first = bits.charCodeAt(0);
  // RFC 3849, section 2; RFC 9637, section 6.
  return (first === 0x2001 && bits.charCodeAt(1) === 0xdb8) || (first === 0x3fff && bits.charCodeAt(1) >>> 12 === 0);
};
