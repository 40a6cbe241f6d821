import type { InetAddress } from './address.ts';
import { AddressError } from './errors.ts';
import { toError } from './fault.ts';
import { ipv4Bits, ipv6Bits } from './inet-bits.ts';
import { sealInet4, sealInet6 } from './inet.ts';
import { formatIpv4 } from './ipv4.ts';
import { formatIpv6 } from './ipv6-text.ts';
import { checkPort } from './port.ts';
import { zoneFault } from './zone.ts';

/**
 * The bytes of an IP address in network order: 4 of IPv4, 16 of IPv6. A fresh array, the caller's to keep. Port and zone
 * are not in it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet, toBytes } from '@stack/address';
 *
 * assert.deepEqual(toBytes(inet('127.0.0.1', 80)), Uint8Array.of(127, 0, 0, 1));
 * assert.equal(toBytes(inet('::1', 80)).length, 16);
 * ```
 */
export const toBytes = (address: InetAddress): Uint8Array => {
  if (address.family === 'AF_INET') {
    const bits = ipv4Bits(address);
    return Uint8Array.of(bits >>> 24, bits >>> 16, bits >>> 8, bits);
  }
  const bits = ipv6Bits(address);
  const bytes = new Uint8Array(16);
  for (let group = 0; group < 8; group++) {
    bytes[group * 2] = bits.charCodeAt(group) >>> 8;
    bytes[group * 2 + 1] = bits.charCodeAt(group);
  }
  return bytes;
};

/**
 * Makes an IP address from its bytes in network order: 4 of IPv4, 16 of IPv6. They are copied. IPv4-mapped bytes stay
 * IPv6: see `unmap`.
 *
 * @throws {AddressError} code `ERR_ADDRESS_HOST` for any other number of bytes, `ERR_ADDRESS_PORT`, or
 * `ERR_ADDRESS_ZONE` for a bad zone or one on an IPv4 address
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { formatAddress, fromBytes } from '@stack/address';
 *
 * assert.equal(formatAddress(fromBytes(Uint8Array.of(127, 0, 0, 1), 80)), '127.0.0.1:80');
 * ```
 */
export const fromBytes = (bytes: Uint8Array, port: number, zone?: string): InetAddress => {
  const checkedPort = checkPort(port);
  const bad = zone === undefined ? undefined : zoneFault(zone);
  if (bad !== undefined) throw toError(bad, 'a zone', zone ?? '');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 16) {
    const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2));
    const bits = String.fromCharCode(...groups);
    return sealInet6(formatIpv6(bits), checkedPort, bits, zone);
  }
  if (bytes.length !== 4) {
    const message = `Cannot make an IP address of ${bytes.length} bytes: expected 4 or 16`;
    throw new AddressError('ERR_ADDRESS_HOST', message, '', 0);
  }
  if (zone !== undefined) {
    const message = 'Cannot give a zone to an IPv4 address: only an IPv6 address has one';
    throw new AddressError('ERR_ADDRESS_ZONE', message, zone, 0);
  }
  const bits = view.getUint32(0);
  return sealInet4(formatIpv4(bits), checkedPort, bits);
};
