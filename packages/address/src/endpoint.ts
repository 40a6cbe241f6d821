import type { Address, Endpoint, HostAddress, InetAddress } from './address.ts';
import { asAddress } from './as-address.ts';
import { Fault, moved, orThrow, parseWith, strayFault, tryWith, unexpected } from './fault.ts';
import { readNamed } from './named.ts';
import { quote } from './quote.ts';
import type { Result } from './result.ts';
import { checkScheme, isSchemeOf, readScheme, schemeKind } from './scheme.ts';
import { readSocketAddress } from './socket-address.ts';
import { readUnixText } from './unix-text.ts';

/** What parsers of endpoints call what they refuse. */
export const ENDPOINT_NOUN = 'an endpoint';

const readHostAndPort = (text: string, after: number): InetAddress | HostAddress | Fault => {
  if (!text.startsWith('//', after)) return unexpected('ERR_ADDRESS_SYNTAX', text, after, '"//" and a host and port');
  const place = text.slice(after + 2);
  const address = readSocketAddress(place);
  if (!(address instanceof Fault)) return address;
  // The parts of a URL that have no place in an endpoint.
  const stray = strayFault('ERR_ADDRESS_SYNTAX', place, /[/@#]/, 'a host and port alone');
  return moved(stray ?? address, after + 2);
};

/** `/run/echo.sock` and `127.0.0.1:80` name a place and not how to get there. */
const schemeFault = (text: string): Fault => {
  const candidates = [`tcp://${text}`, `unix:${text}`];
  const meant = candidates.find((candidate) => !(readEndpoint(candidate) instanceof Fault)) ?? 'tcp://127.0.0.1:80';
  return new Fault('ERR_ADDRESS_SCHEME', 0, `expected a scheme, as in ${quote(meant)}`);
};

/** Reads an endpoint that has no options. */
export const readEndpoint = (text: string): Endpoint | Fault => {
  const scheme = readScheme(text);
  if (scheme === undefined) return schemeFault(text);
  const after = scheme.length + 1;
  const kind = schemeKind(scheme);
  const query = kind === 'name' ? -1 : text.indexOf('?', after);
  if (query >= 0) {
    return new Fault('ERR_ADDRESS_SYNTAX', query, 'it has options. Read them with parseEndpointOptions');
  }
  const rest = text.slice(after);
  const address =
    kind === 'inet'
      ? readHostAndPort(text, after)
      : moved<Address>(kind === 'unix' ? readUnixText(rest) : readNamed(scheme, rest), after);
  return address instanceof Fault ? address : Object.freeze({ scheme, address });
};

/**
 * Makes an endpoint of an address: `tcp`, `udp` and `tls` take IP addresses and host names, `unix` and `unixgram` Unix
 * addresses, any other scheme the named address of that scheme.
 *
 * @throws {AddressError} code `ERR_ADDRESS_SCHEME` when the address is not of the scheme
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { endpoint, formatEndpoint, inet4 } from '@stack/address';
 *
 * assert.equal(formatEndpoint(endpoint('udp', inet4('127.0.0.1', 7))), 'udp://127.0.0.1:7');
 * ```
 */
export const endpoint = (scheme: string, address: Address | HostAddress): Endpoint => {
  const known = checkScheme(scheme);
  const checked = asAddress(address);
  const reason = `its addresses are of another family, not ${quote(checked.family)}`;
  if (!isSchemeOf(known, checked)) {
    orThrow(new Fault('ERR_ADDRESS_SCHEME', 0, reason), 'a scheme for this address', scheme);
  }
  return Object.freeze({ scheme: known, address: checked });
};

/**
 * Reads where to connect, listen or bind, and how:
 *
 * - `tcp://`, `udp://`, `tls://` and `host:port`: an IPv4 address, an IPv6 address in brackets, or a host name
 * - `unix:` and `unixgram:`, with or without `//`, and `/path`, `./path`, `../path` or `@abstract`; in the path `%00`,
 *   `%25` and `%3F` are the only escapes
 * - any other scheme: a named address, its text as it is
 *
 * Nothing is trimmed, completed or looked up. Options after `?` are refused: see `parseEndpointOptions`.
 *
 * @throws {AddressError} with the code of the part that is wrong
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { parseEndpoint } from '@stack/address';
 *
 * const { scheme, address } = parseEndpoint('udp://[fe80::1%eth0]:7777');
 * assert.equal(scheme, 'udp');
 * assert.deepEqual(address, { family: 'AF_INET6', host: 'fe80::1', port: 7777, zone: 'eth0' });
 * assert.deepEqual(parseEndpoint('unix:@echo').address, { family: 'AF_UNIX', kind: 'abstract', path: 'echo' });
 * assert.throws(() => parseEndpoint('tcp://127.1:80'), { code: 'ERR_ADDRESS_HOST' });
 * ```
 */
export const parseEndpoint = (text: string): Endpoint => parseWith(readEndpoint, ENDPOINT_NOUN, text);

/**
 * Like `parseEndpoint`, returning the error.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { tryParseEndpoint } from '@stack/address';
 *
 * const result = tryParseEndpoint('tcp://127.1:80');
 * assert(!result.ok);
 * assert.match(result.error.message, /Did you mean 127\.0\.0\.1\?$/);
 * ```
 */
export const tryParseEndpoint = (text: string): Result<Endpoint> => tryWith(readEndpoint, ENDPOINT_NOUN, text);
