import type { Inet4Address, Inet6Address, InetAddress } from './address.ts';
import { Fault, orThrow, requireText, toError, within } from './fault.ts';
import { withHint } from './inet-hint.ts';
import { explainIpv4 } from './ipv4-fault.ts';
import { scanIpv4 } from './ipv4.ts';
import { zeroRun, type Ipv6Bits } from './ipv6-bits.ts';
import { formatIpv6 } from './ipv6-text.ts';
import { readIpv6, type Ipv6Scan } from './ipv6.ts';
import { checkPort } from './port.ts';
import { seal } from './sealed.ts';
import { zoneFault } from './zone.ts';

const IPV4 = 'an IPv4 address';
const IPV6 = 'an IPv6 address';

/** What a text was meant to be, for the message that refuses it. */
export const ipNoun = (text: string): string => {
  if (text.includes(':')) return IPV6;
  const first = text.charCodeAt(0);
  return first >= 48 && first <= 57 ? IPV4 : 'an IP address';
};

/** An IPv4 address of parts that were checked: `host` is the text of `bits`. */
export const sealInet4 = (host: string, port: number, bits: number): Inet4Address =>
  // As a signed number it fits in a word of its own and is no object.
  seal({ family: 'AF_INET', host, port }, bits | 0);

/** An IPv6 address of parts that were checked: `host` is the canonical text of `bits`. */
export const sealInet6 = (host: string, port: number, bits: Ipv6Bits, zone: string | undefined): Inet6Address =>
  zone === undefined
    ? seal({ family: 'AF_INET6', host, port }, bits)
    : seal({ family: 'AF_INET6', host, port, zone }, bits);

/** Reads an IPv4 address, or nothing. */
const readInet4 = (text: string, port: number): Inet4Address | undefined => {
  const bits = scanIpv4(text);
  // A strict dotted quad has one spelling only, so the text that was checked is the canonical one.
  return bits < 0 ? undefined : sealInet4(text, port, bits);
};

/** The canonical text of an address that was read from `text`. */
const canonical = ({ bits, run }: Ipv6Scan, text: string): string => (run === zeroRun(bits) ? text : formatIpv6(bits));

const readInet6 = (text: string, port: number): Inet6Address | Fault => {
  const percent = text.indexOf('%');
  const end = percent < 0 ? text.length : percent;
  const scan = readIpv6(text, end);
  if (scan instanceof Fault) return scan;
  const zone = percent < 0 ? undefined : text.slice(percent + 1);
  const bad = zone === undefined ? undefined : within(zoneFault(zone), zone, 'a zone', percent + 1);
  return bad ?? sealInet6(canonical(scan, text.slice(0, end)), port, scan.bits, zone);
};

/** Reads an IP address of either family, with a port that was checked. */
export const readInet = (text: string, port: number): InetAddress | Fault =>
  readInet4(text, port) ?? (text.includes(':') ? readInet6(text, port) : explainIpv4(text));

/**
 * Makes an IPv4 address from dotted text. Strict: four decimal octets without leading zeros and nothing around them, so
 * that no other reader makes another address of it.
 *
 * @throws {AddressError} code `ERR_ADDRESS_HOST` or `ERR_ADDRESS_PORT`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet4 } from '@stack/address';
 *
 * assert.deepEqual(inet4('127.0.0.1', 80), { family: 'AF_INET', host: '127.0.0.1', port: 80 });
 * assert.throws(() => inet4('127.1', 80), { code: 'ERR_ADDRESS_HOST' });
 * ```
 */
export const inet4 = (host: string, port: number): Inet4Address => {
  requireText(host, IPV4);
  return orThrow(withHint(readInet4(host, checkPort(port)) ?? explainIpv4(host), host), IPV4, host);
};

/**
 * Makes an IPv6 address. `host` is any text form of RFC 4291, section 2.2, without brackets; the address carries the
 * canonical one (RFC 5952). `zone` is an interface name or index of at most 15 bytes.
 *
 * @throws {AddressError} code `ERR_ADDRESS_HOST`, `ERR_ADDRESS_ZONE` or `ERR_ADDRESS_PORT`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet6 } from '@stack/address';
 *
 * assert.equal(inet6('2001:0DB8::0001', 80).host, '2001:db8::1');
 * assert.equal(inet6('fe80::1', 80, 'eth0').zone, 'eth0');
 * ```
 */
export const inet6 = (host: string, port: number, zone?: string): Inet6Address => {
  requireText(host, IPV6);
  const checkedPort = checkPort(port);
  const scan = readIpv6(host, host.length);
  const isZoned = scan instanceof Fault && host[scan.index] === '%';
  const separate = new Fault('ERR_ADDRESS_ZONE', host.indexOf('%'), 'the zone is an argument of its own');
  const checked = orThrow(isZoned ? separate : withHint(scan, host), IPV6, host);
  const bad = zone === undefined ? undefined : zoneFault(zone);
  if (bad !== undefined) throw toError(bad, 'a zone', zone ?? '');
  return sealInet6(canonical(checked, host), checkedPort, checked.bits, zone);
};

/**
 * Makes an IPv4 or IPv6 address from the text of one, with or without a zone (`fe80::1%eth0`), as `socket.remoteAddress`
 * and `rinfo.address` give it. A host name is refused: that is `hostAddress`.
 *
 * @throws {AddressError} code `ERR_ADDRESS_HOST`, `ERR_ADDRESS_ZONE` or `ERR_ADDRESS_PORT`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet } from '@stack/address';
 *
 * assert.equal(inet('10.0.0.1', 80).family, 'AF_INET');
 * assert.deepEqual(inet('FE80::1%eth0', 80), { family: 'AF_INET6', host: 'fe80::1', port: 80, zone: 'eth0' });
 * ```
 */
export const inet = (host: string, port: number): InetAddress => {
  requireText(host, 'an IP address');
  const address = withHint(readInet(host, checkPort(port)), host);
  if (address instanceof Fault) throw toError(address, ipNoun(host), host);
  return address;
};
