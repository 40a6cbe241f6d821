import type { Address, HostAddress, Inet6Address, UnixAddress } from './address.ts';
import { AddressError } from './errors.ts';
import { hostAddress } from './host-name.ts';
import { inet4, inet6 } from './inet.ts';
import { named } from './named.ts';
import { isSealed } from './sealed.ts';
import { unixAbstract, unixPath, unixUnnamed } from './unix.ts';

const refuse = (reason: string): never => {
  throw new AddressError('ERR_ADDRESS_SYNTAX', `Cannot take this value for an address: ${reason}`, '', 0);
};

const requireFields = (address: object, fields: readonly string[]): void => {
  for (const field of fields) {
    const type = typeof Reflect.get(address, field);
    if (type !== 'string') refuse(`expected a string as ${field}, found ${type}`);
  }
};

const asInet6 = (address: Inet6Address): Inet6Address => {
  requireFields(address, address.zone === undefined ? ['host'] : ['host', 'zone']);
  return inet6(address.host, address.port, address.zone);
};

const asUnix = (address: UnixAddress): UnixAddress => {
  requireFields(address, ['kind', 'path']);
  switch (address.kind) {
    case 'path':
      return unixPath(address.path);
    case 'abstract':
      return unixAbstract(address.path);
    case 'unnamed':
      return address.path === '' ? unixUnnamed : refuse('an unnamed Unix address has an empty path');
    default:
      return refuse('expected "path", "abstract" or "unnamed" as kind');
  }
};

const rebuild = (address: Address | HostAddress): Address | HostAddress => {
  switch (address.family) {
    case 'AF_INET':
      requireFields(address, ['host']);
      return inet4(address.host, address.port);
    case 'AF_INET6':
      return asInet6(address);
    case 'AF_UNIX':
      return asUnix(address);
    case 'name':
      requireFields(address, ['scheme', 'name']);
      return named(address.scheme, address.name);
    case 'host':
      requireFields(address, ['host']);
      return hostAddress(address.host, address.port);
    default:
      return refuse('expected "AF_INET", "AF_INET6", "AF_UNIX", "name" or "host" as family');
  }
};

/**
 * Returns an address that was made by this package as it is, and checks any other: one written as a literal, or read from
 * JSON. What it returns is frozen and canonical.
 *
 * @throws {AddressError} with the code of the field that is wrong; `ERR_ADDRESS_SYNTAX` when a field is missing
 *
 * @example JSON and back
 * ```ts
 * import assert from 'node:assert/strict';
 * import { asAddress, inet6 } from '@stack/address';
 *
 * const address = inet6('::1', 80);
 * assert.equal(asAddress(address), address);
 * assert.deepEqual(asAddress(JSON.parse(JSON.stringify(address))), address);
 * assert.throws(() => asAddress({ family: 'AF_INET', host: '127.1', port: 80 }), { code: 'ERR_ADDRESS_HOST' });
 * ```
 */
export const asAddress = <A extends Address | HostAddress>(address: A): A => {
  if (typeof address !== 'object' || address === null) return refuse('expected an object');
  // The family decides which constructor runs, so what comes out is of the family that went in.
  return isSealed(address) ? address : (rebuild(address) as A);
};
