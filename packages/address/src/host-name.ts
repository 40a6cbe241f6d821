import type { HostAddress } from './address.ts';
import { Fault, orThrow, requireText, strayFault, within } from './fault.ts';
import { explainIpv4 } from './ipv4-fault.ts';
import { scanIpv4 } from './ipv4.ts';
import { readIpv6 } from './ipv6.ts';
import { checkPort } from './port.ts';
import { seal } from './sealed.ts';
import { lengthFault } from './utf8.ts';

// RFC 1035, section 2.3.4, less the length octet and the root: what a name has in text.
const MAX_NAME_BYTES = 253;

const NOUN = 'a host name';

// The characters of RFC 1123, section 2.1, and underscores, which service names have.
const LABEL = /^(?!-)[\w-]{1,63}(?<!-)$/;

// A last label that is a number, decimal or `0x`: then `getaddrinfo` and the URL standard read an IPv4 address (`127.1`,
// `0x7f.1`, `2130706433`) or fail, and no DNS is asked.
const NUMBER_AT_END = /(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/i;

/** Whether no reader would ask DNS for this name, but read an IPv4 address or fail. What is longer than a name is none. */
export const endsInNumber = (text: string): boolean => text.length <= MAX_NAME_BYTES + 1 && NUMBER_AT_END.test(text);

/**
 * Reads a host name (RFC 1123, section 2.1, and underscores, which service names have), in lower case (RFC 4343). One dot
 * at the end is kept: it says that the name is complete.
 */
export const readHostName = (text: string): string | Fault => {
  if (text === '' || text === '*') {
    return new Fault('ERR_ADDRESS_HOST', 0, 'it names no host. Write 0.0.0.0 or [::] for every interface');
  }
  const name = text.replace(/\.$/, '');
  const stray =
    lengthFault('ERR_ADDRESS_HOST', name, MAX_NAME_BYTES) ??
    strayFault('ERR_ADDRESS_HOST', text, /[^\w.-]/, 'letters, digits, "-", "_" and ".", or an xn-- form');
  if (stray !== undefined) return stray;
  let index = 0;
  for (const label of name.split('.')) {
    if (!LABEL.test(label)) {
      const bad = new Fault('ERR_ADDRESS_HOST', 0, 'expected 1 to 63 characters and no "-" at either end');
      return within(bad, label, 'a label', index);
    }
    index += label.length + 1;
  }
  return text.toLowerCase();
};

/** A host name and port that were checked. */
export const sealHost = (host: string, port: number): HostAddress => seal({ family: 'host', host, port }, null);

const fault = (index: number, reason: string): Fault => new Fault('ERR_ADDRESS_HOST', index, reason);

const readDnsName = (host: string): string | Fault => {
  if (scanIpv4(host) >= 0) return fault(0, 'it is an IPv4 address. Use inet4');
  if (!(readIpv6(host, host.length) instanceof Fault)) return fault(0, 'it is an IPv6 address. Use inet6');
  if (!endsInNumber(host)) return readHostName(host);
  const { index, reason } = explainIpv4(host);
  return fault(index, `it ends in a number, as only an IPv4 address does: ${reason}`);
};

/**
 * Makes the address of a host that DNS has to resolve first.
 *
 * Letters, digits, `-` and `_` in labels of at most 63, 253 characters in all, put in lower case. A name that ends in a
 * number is refused: resolvers read `127.1` and `0x7f.1` as IP addresses. Nothing is trimmed, and other alphabets come in
 * their `xn--` form.
 *
 * @throws {AddressError} code `ERR_ADDRESS_HOST` or `ERR_ADDRESS_PORT`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { hostAddress } from '@stack/address';
 *
 * assert.deepEqual(hostAddress('LocalHost', 80), { family: 'host', host: 'localhost', port: 80 });
 * assert.throws(() => hostAddress('127.1', 80), { code: 'ERR_ADDRESS_HOST' });
 * ```
 */
export const hostAddress = (host: string, port: number): HostAddress => {
  requireText(host, NOUN);
  const checkedPort = checkPort(port);
  return sealHost(orThrow(readDnsName(host), NOUN, host), checkedPort);
};
