import type { HostAddress } from './address.ts';
import { Fault, orThrow, requireText } from './fault.ts';
import { explainIpv4 } from './ipv4-fault.ts';
import { scanIpv4 } from './ipv4.ts';
import { scanIpv6 } from './ipv6.ts';
import { checkPort } from './port.ts';
import { quote, quoteAt } from './quote.ts';
import { seal } from './sealed.ts';

// RFC 1035, section 2.3.4, less the length octet and the root: what a name has in text.
const MAX_NAME = 253;
// RFC 1035, section 2.3.4.
const MAX_LABEL = 63;

const NOUN = 'a host name';

const HYPHEN = 45;
const DOT = 46;
const UNDERSCORE = 95;

const fault = (index: number, reason: string): Fault => new Fault('ERR_ADDRESS_HOST', index, reason);

const isLetterOrDigit = (code: number): boolean =>
  (code >= 48 && code <= 57) || ((code | 0x20) >= 97 && (code | 0x20) <= 122);

/**
 * Whether the last label is a number, decimal or `0x`: then `getaddrinfo` and the URL standard read an IPv4 address
 * (`127.1`, `0x7f.1`, `2130706433`) or fail, and no DNS is asked.
 */
export const endsInNumber = (text: string): boolean => {
  const end = text.endsWith('.') ? text.length - 1 : text.length;
  const label = text.slice(text.lastIndexOf('.', end - 1) + 1, end);
  return /^(?:[0-9]+|0[xX][0-9a-fA-F]*)$/.test(label);
};

const labelFault = (text: string, start: number, end: number): Fault | undefined => {
  if (end === start) return fault(start, 'a label is empty');
  if (end - start > MAX_LABEL) return fault(start + MAX_LABEL, `a label has at most ${MAX_LABEL} characters`);
  if (text.charCodeAt(start) === HYPHEN) return fault(start, `label ${quote(text.slice(start, end))} begins with "-"`);
  return text.charCodeAt(end - 1) === HYPHEN
    ? fault(end - 1, `label ${quote(text.slice(start, end))} ends with "-"`)
    : undefined;
};

const EVERY_INTERFACE = 'Write 0.0.0.0 or [::] for every interface';

const strayCharacter = (text: string, index: number): Fault => {
  if (text === '*') return fault(0, `it is no name. ${EVERY_INTERFACE}`);
  const hint = text.charCodeAt(index) < 0x80 ? '' : '. Write other alphabets in their xn-- form';
  return fault(index, `expected letters, digits, "-", "_" and ".", found ${quoteAt(text, index)}${hint}`);
};

/**
 * Reads a host name (RFC 1123, section 2.1, and underscores, which service names have), in lower case (RFC 4343). One dot
 * at the end is kept: it says that the name is complete.
 */
export const readHostName = (text: string): string | Fault => {
  if (text === '') return fault(0, `it is empty. ${EVERY_INTERFACE}`);
  const end = text.endsWith('.') ? text.length - 1 : text.length;
  if (end > MAX_NAME) return fault(MAX_NAME, `a host name has at most ${MAX_NAME} characters, found ${end}`);
  let start = 0;
  for (let index = 0; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === DOT) {
      const bad = labelFault(text, start, index);
      if (bad !== undefined) return bad;
      start = index + 1;
    } else if (!isLetterOrDigit(code) && code !== HYPHEN && code !== UNDERSCORE) {
      return strayCharacter(text, index);
    }
  }
  return labelFault(text, start, end) ?? text.toLowerCase();
};

/** A host name and port that were checked. */
export const sealHost = (host: string, port: number): HostAddress => seal({ family: 'host', host, port }, undefined);

const readDnsName = (host: string): string | Fault => {
  if (scanIpv4(host, 0, host.length) >= 0) return fault(0, 'it is an IPv4 address. Use inet4');
  if (scanIpv6(host, 0, host.length) !== undefined) return fault(0, 'it is an IPv6 address. Use inet6');
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
