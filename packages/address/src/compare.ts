import type { Address, HostAddress } from './address.ts';
import { asAddress } from './as-address.ts';
import { addressText } from './format.ts';
import { ipv4Bits, ipv6Bits } from './inet-bits.ts';

type AnyAddress = Address | HostAddress;

const FAMILY_ORDER: Readonly<Record<AnyAddress['family'], number>> = {
  AF_INET: 0,
  AF_INET6: 1,
  AF_UNIX: 2,
  name: 3,
  host: 4,
};

const order = <T extends string | number>(a: T, b: T): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};

const orderInFamily = (a: AnyAddress, b: AnyAddress): number => {
  if (a.family === 'AF_INET' && b.family === 'AF_INET') {
    return order(ipv4Bits(a), ipv4Bits(b)) || a.port - b.port;
  }
  if (a.family === 'AF_INET6' && b.family === 'AF_INET6') {
    const bits = order(ipv6Bits(a), ipv6Bits(b));
    return bits || order(a.zone ?? '', b.zone ?? '') || a.port - b.port;
  }
  if (a.family === 'AF_UNIX' && b.family === 'AF_UNIX') return order(a.kind, b.kind) || order(a.path, b.path);
  if (a.family === 'name' && b.family === 'name') return order(a.scheme, b.scheme) || order(a.name, b.name);
  if (a.family === 'host' && b.family === 'host') return order(a.host, b.host) || a.port - b.port;
  return FAMILY_ORDER[a.family] - FAMILY_ORDER[b.family];
};

/**
 * Orders addresses, for `sort`: IPv4 before IPv6 before Unix before named before host names, IP addresses by their bits,
 * then zone, then port. A total order: the result is 0 exactly when the addresses are equal.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { compareAddresses, inet, inet4 } from '@stack/address';
 *
 * assert(compareAddresses(inet4('9.0.0.1', 80), inet4('10.0.0.1', 80)) < 0);
 * assert(compareAddresses(inet('::1', 80), inet('::1%eth0', 80)) < 0);
 * ```
 */
export const compareAddresses = (a: AnyAddress, b: AnyAddress): number => orderInFamily(asAddress(a), asAddress(b));

/**
 * A text for `Map` and `Set`: the same for two addresses exactly when they are equal. It is made for machines; people read
 * `formatAddress`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { addressKey, inet } from '@stack/address';
 *
 * assert.equal(addressKey(inet('::ffff:c000:280', 80)), addressKey(inet('::ffff:192.0.2.128', 80)));
 * ```
 */
export const addressKey = (address: AnyAddress): string => {
  const checked = asAddress(address);
  const text = addressText(checked);
  // A host name may look like a scheme: "lab:1" is the key of the named address.
  return checked.family === 'host' ? `//${text}` : text;
};

/**
 * Whether two addresses are the same place. An IPv4 address and its IPv4-mapped IPv6 form are not equal: see `unmap`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { equalAddresses, inet } from '@stack/address';
 *
 * assert(equalAddresses(inet('2001:DB8::1', 80), inet('2001:db8:0::1', 80)));
 * assert(!equalAddresses(inet('::ffff:10.0.0.1', 80), inet('10.0.0.1', 80)));
 * ```
 */
export const equalAddresses = (a: AnyAddress, b: AnyAddress): boolean => a === b || compareAddresses(a, b) === 0;
