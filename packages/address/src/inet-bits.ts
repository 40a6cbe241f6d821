import type { Inet4Address, Inet6Address, InetAddress } from './address.ts';
import { asAddress } from './as-address.ts';
import { isMappedBits, lastBits, type Ipv6Bits } from './ipv6-bits.ts';
import { sealedBits, type Bits } from './sealed.ts';

const notInet = (address: InetAddress): never => {
  throw new TypeError(`Cannot take the bits of an address of family ${address.family}: expected an IP address`);
};

/** The bits of an address that this package made; any other is checked first. */
const bitsOf = (address: InetAddress): Bits | undefined => {
  const bits = typeof address === 'object' && address !== null ? sealedBits(address) : undefined;
  return bits === undefined ? sealedBits(asAddress(address)) : bits;
};

/** The 32 bits of an IPv4 address. */
export const ipv4Bits = (address: Inet4Address): number => {
  const bits = bitsOf(address);
  return typeof bits === 'number' ? bits >>> 0 : notInet(address);
};

/** The 128 bits of an IPv6 address. */
export const ipv6Bits = (address: Inet6Address): Ipv6Bits => {
  const bits = bitsOf(address);
  return typeof bits === 'string' ? bits : notInet(address);
};

/** The bits of the IPv4 address in IPv4-mapped ones, and any other bits as they are. */
export const withoutMapping = (bits: Ipv6Bits): number | Ipv6Bits => (isMappedBits(bits) ? lastBits(bits) : bits);

/**
 * The bits that decide what an address is: of an IPv4-mapped one those of the IPv4 address in it, so that no rule can be
 * walked around by writing `::ffff:` in front.
 */
export const unmappedBits = (address: InetAddress): number | Ipv6Bits => {
  const bits = bitsOf(address);
  if (typeof bits === 'string') return withoutMapping(bits);
  return typeof bits === 'number' ? bits >>> 0 : notInet(address);
};
