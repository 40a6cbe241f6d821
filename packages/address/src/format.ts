import type { Address, Endpoint, HostAddress } from './address.ts';
import { asAddress } from './as-address.ts';
import { endpoint } from './endpoint.ts';
import { formatUnixText } from './unix-text.ts';

/** On its own, since a text that is put together in one step is half the work of two. */
const portText = (port: number): string => `:${port}`;

/** The text of an address that was checked. */
export const addressText = (address: Address | HostAddress): string => {
  switch (address.family) {
    case 'AF_INET':
    case 'host':
      return address.host + portText(address.port);
    case 'AF_INET6':
      return address.zone === undefined
        ? `[${address.host}]${portText(address.port)}`
        : `[${address.host}%${address.zone}]${portText(address.port)}`;
    case 'AF_UNIX':
      return `unix:${formatUnixText(address)}`;
    case 'name':
      return `${address.scheme}:${address.name}`;
  }
};

/**
 * Writes an address: `127.0.0.1:80`, `[fe80::1%eth0]:80`, `localhost:80`, `unix:/run/echo.sock`, `unix:@abstract`,
 * `unix:unnamed`, `memory:lab`. `parseSocketAddress` reads the first three back, `parseEndpoint` the others. A Unix path
 * is written as it is: pass the text through `printable` before it goes into a log.
 *
 * @throws {AddressError} when the address was not made by this package and is not one
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { formatAddress, inet6, unixPath } from '@stack/address';
 *
 * assert.equal(formatAddress(inet6('fe80::1', 80, 'eth0')), '[fe80::1%eth0]:80');
 * assert.equal(formatAddress(unixPath('/run/100%?')), 'unix:/run/100%25%3F');
 * ```
 */
export const formatAddress = (address: Address | HostAddress): string => addressText(asAddress(address));

/**
 * Writes an endpoint as `parseEndpoint` reads it: `parseEndpoint(formatEndpoint(x))` equals `x`.
 *
 * @throws {AddressError} when scheme and address do not belong together, or the address is not one
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { formatEndpoint, parseEndpoint } from '@stack/address';
 *
 * assert.equal(formatEndpoint(parseEndpoint('tcp://[2001:DB8::0001]:80')), 'tcp://[2001:db8::1]:80');
 * assert.equal(formatEndpoint(parseEndpoint('unix:///run/echo.sock')), 'unix:/run/echo.sock');
 * ```
 */
export const formatEndpoint = (place: Endpoint): string => {
  const { scheme, address } = endpoint(place.scheme, place.address);
  switch (address.family) {
    case 'AF_UNIX':
      return `${scheme}:${formatUnixText(address)}`;
    case 'name':
      return addressText(address);
    default:
      return `${scheme}://${addressText(address)}`;
  }
};
