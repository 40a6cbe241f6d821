import type { HostAddress, Inet4Address, InetAddress } from './address.ts';
import { Fault, parseWith, tryWith, within } from './fault.ts';
import { endsInNumber, readHostName, sealHost } from './host-name.ts';
import { readInet, sealInet4 } from './inet.ts';
import { explainIpv4 } from './ipv4-fault.ts';
import { scanIpv4 } from './ipv4.ts';
import { readPortAt } from './port.ts';
import { quoteAt } from './quote.ts';
import type { Result } from './result.ts';

const NOUN = 'a socket address';

const fault = (index: number, reason: string): Fault => new Fault('ERR_ADDRESS_SYNTAX', index, reason);

const readBracketed = (text: string): InetAddress | Fault => {
  const close = text.indexOf(']');
  if (close < 0) return fault(text.length, 'the "[" is never closed');
  const host = text.slice(1, close);
  if (!host.includes(':')) return fault(1, 'brackets are for IPv6 addresses only');
  if (close + 1 === text.length) return fault(text.length, 'the port is missing, expected ":" and a port after "]"');
  if (text[close + 1] !== ':') return fault(close + 1, `expected ":" after "]", found ${quoteAt(text, close + 1)}`);
  const port = readPortAt(text, close + 2);
  if (port instanceof Fault) return within(port, text.slice(close + 2), 'a port', 0);
  const address = readInet(host, port);
  return address instanceof Fault ? within(address, host, 'an IPv6 address', 1) : address;
};

const readHost = (text: string, port: number): Inet4Address | HostAddress | Fault => {
  const bits = scanIpv4(text, 0, text.length);
  if (bits >= 0) return sealInet4(text, port, bits);
  if (endsInNumber(text)) return within(explainIpv4(text), text, 'an IPv4 address', 0);
  const name = readHostName(text);
  return name instanceof Fault ? within(name, text, 'a host', 0) : sealHost(name, port);
};

const isIpv6 = (text: string): boolean => !(readInet(text, 0) instanceof Fault);

/** What `::1:80` was probably meant to be: its last group is a port if it can be one. */
const bracketed = (text: string, last: number): string | undefined => {
  const head = text.slice(0, last);
  if (head.includes(':') && isIpv6(head) && typeof readPortAt(text, last + 1) === 'number') {
    return `[${head}]${text.slice(last)}`;
  }
  return isIpv6(text) ? `[${text}]:80` : undefined;
};

/** Says what is wrong with a text that is not in brackets and has no colon, or several. */
const colonFault = (text: string, colon: number): Fault => {
  if (colon < 0) return fault(text.length, 'the port is missing, expected ":" and a port at the end');
  const meant = bracketed(text, text.lastIndexOf(':'));
  const hint = meant === undefined ? '' : `. Did you mean ${meant}?`;
  return fault(text.indexOf(':', colon + 1), `too many colons, an IPv6 address stands in brackets${hint}`);
};

/** Reads `host:port` with an IPv4 address, an IPv6 address in brackets or a host name. */
export const readSocketAddress = (text: string): InetAddress | HostAddress | Fault => {
  if (text.startsWith('[')) return readBracketed(text);
  const colon = text.indexOf(':');
  if (colon < 0 || text.includes(':', colon + 1)) return colonFault(text, colon);
  const port = readPortAt(text, colon + 1);
  return port instanceof Fault
    ? within(port, text.slice(colon + 1), 'a port', 0)
    : readHost(text.slice(0, colon), port);
};

/**
 * Reads `host:port`: an IPv4 address, an IPv6 address in brackets (with its zone, if any, inside them) or a host name,
 * and always a port.
 *
 * @throws {AddressError} code `ERR_ADDRESS_SYNTAX`, `ERR_ADDRESS_HOST`, `ERR_ADDRESS_ZONE` or `ERR_ADDRESS_PORT`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { parseSocketAddress, tryParseSocketAddress } from '@stack/address';
 *
 * assert.deepEqual(parseSocketAddress('[::1]:80'), { family: 'AF_INET6', host: '::1', port: 80 });
 * assert.equal(parseSocketAddress('localhost:80').family, 'host');
 * assert.equal(tryParseSocketAddress('::1:80').ok, false);
 * ```
 */
export const parseSocketAddress = (text: string): InetAddress | HostAddress => parseWith(readSocketAddress, NOUN, text);

/**
 * Like `parseSocketAddress`, returning the error.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { tryParseSocketAddress } from '@stack/address';
 *
 * assert.equal(tryParseSocketAddress('127.0.0.1:80').ok, true);
 * assert.equal(tryParseSocketAddress('127.0.0.1').ok, false);
 * ```
 */
export const tryParseSocketAddress = (text: string): Result<InetAddress | HostAddress> =>
  tryWith(readSocketAddress, NOUN, text);
