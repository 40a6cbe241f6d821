import type { HostAddress, InetAddress } from './address.ts';
import { Fault, parseWith, tryWith, unexpected, within } from './fault.ts';
import { endsInNumber, readHostName, sealHost } from './host-name.ts';
import { readInet } from './inet.ts';
import { readPort } from './port.ts';
import type { Result } from './result.ts';

const NOUN = 'a socket address';

const readPortAfter = (text: string, colon: number): number | Fault => {
  const port = text.slice(colon + 1);
  return within(readPort(port), port, 'a port', colon + 1);
};

/** Reads `[host]:port`. */
const readBracketed = (text: string): InetAddress | Fault => {
  const close = text.indexOf(']');
  if (close < 0) return unexpected('ERR_ADDRESS_SYNTAX', text, text.length, '"]"');
  const after = close + 1;
  if (text[after] !== ':') return unexpected('ERR_ADDRESS_SYNTAX', text, after, '":" and a port');
  const host = text.slice(1, close);
  if (!host.includes(':')) return new Fault('ERR_ADDRESS_SYNTAX', 1, 'brackets are for IPv6 addresses only');
  const port = readPortAfter(text, after);
  return port instanceof Fault ? port : within(readInet(host, port), host, 'an IPv6 address', 1);
};

const readHost = (text: string, port: number): InetAddress | HostAddress | Fault => {
  if (endsInNumber(text)) return within(readInet(text, port), text, 'an IPv4 address', 0);
  const name = within(readHostName(text), text, 'a host', 0);
  return name instanceof Fault ? name : sealHost(name, port);
};

/** What `::1:80` was probably meant to be: its last group is a port if it can be one. */
const suggest = (text: string): string => {
  const last = text.lastIndexOf(':');
  const candidates = [`[${text.slice(0, last)}]${text.slice(last)}`, `[${text}]:80`];
  const meant = candidates.find((candidate) => !(readBracketed(candidate) instanceof Fault));
  return meant === undefined ? '' : `. Did you mean ${meant}?`;
};

/** Reads `host:port` with an IPv4 address, an IPv6 address in brackets or a host name. */
export const readSocketAddress = (text: string): InetAddress | HostAddress | Fault => {
  if (text.startsWith('[')) return readBracketed(text);
  const colon = text.indexOf(':');
  if (colon < 0) return unexpected('ERR_ADDRESS_SYNTAX', text, text.length, '":" and a port');
  const second = text.indexOf(':', colon + 1);
  if (second >= 0)
    return new Fault(
      'ERR_ADDRESS_SYNTAX',
      second,
      `too many colons, an IPv6 address stands in brackets${suggest(text)}`,
    );
  const port = readPortAfter(text, colon);
  return port instanceof Fault ? port : readHost(text.slice(0, colon), port);
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
