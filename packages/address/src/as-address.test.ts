import { describe, expect, test } from 'vitest';
import { asAddress, compareAddresses, formatAddress, isLoopback, type Address, type Inet4Address } from './index.ts';

// What comes from JSON has no types.
const untyped = (value: unknown): Address => asAddress(value as Address);

describe('asAddress()', () => {
  test('makes a literal canonical', () => {
    expect(untyped({ family: 'AF_INET6', host: '2001:DB8:0::1', port: 80 })).toStrictEqual({
      family: 'AF_INET6',
      host: '2001:db8::1',
      port: 80,
    });
    expect(untyped({ family: 'host', host: 'LocalHost', port: 80 })).toMatchObject({ host: 'localhost' });
    expect(untyped({ family: 'AF_UNIX', kind: 'path', path: '@x' })).toMatchObject({ path: './@x' });
  });

  test('leaves out what is no field of an address', () => {
    expect(untyped({ family: 'AF_INET', host: '127.0.0.1', port: 80, extra: 1 })).toStrictEqual({
      family: 'AF_INET',
      host: '127.0.0.1',
      port: 80,
    });
  });

  test.each([
    [null, 'ERR_ADDRESS_SYNTAX', 'expected an object'],
    ['127.0.0.1', 'ERR_ADDRESS_SYNTAX', 'expected an object'],
    [{}, 'ERR_ADDRESS_SYNTAX', 'expected "AF_INET", "AF_INET6", "AF_UNIX", "name" or "host" as family'],
    [{ family: 'AF_INET', port: 80 }, 'ERR_ADDRESS_SYNTAX', 'expected a string as host, found undefined'],
    [{ family: 'AF_INET', host: '127.1', port: 80 }, 'ERR_ADDRESS_HOST', 'Did you mean 127.0.0.1?'],
    [{ family: 'AF_INET', host: '127.0.0.1' }, 'ERR_ADDRESS_PORT', 'is not a port'],
    [{ family: 'AF_INET', host: '127.0.0.1', port: '80' }, 'ERR_ADDRESS_PORT', 'a string is not a port'],
    [{ family: 'AF_INET', host: '::1', port: 80 }, 'ERR_ADDRESS_HOST', 'is not an IPv4 address'],
    [{ family: 'AF_INET6', host: '127.0.0.1', port: 80 }, 'ERR_ADDRESS_HOST', 'is not an IPv6 address'],
    [{ family: 'AF_INET6', host: '::1', port: 80, zone: 1 }, 'ERR_ADDRESS_SYNTAX', 'expected a string as zone'],
    [{ family: 'AF_INET6', host: '::1', port: 80, zone: '' }, 'ERR_ADDRESS_ZONE', 'expected an interface name'],
    [{ family: 'AF_INET6', host: '::1%lo', port: 80 }, 'ERR_ADDRESS_ZONE', 'the zone is an argument of its own'],
    [{ family: 'AF_UNIX', kind: 'file', path: '/x' }, 'ERR_ADDRESS_SYNTAX', 'as kind'],
    [{ family: 'AF_UNIX', kind: 'unnamed', path: '/x' }, 'ERR_ADDRESS_SYNTAX', 'has an empty path'],
    [{ family: 'AF_UNIX', kind: 'path', path: '' }, 'ERR_ADDRESS_PATH', 'it is empty'],
    [{ family: 'name', scheme: 'tcp', name: 'x' }, 'ERR_ADDRESS_SCHEME', 'have a family of their own'],
    [{ family: 'name', scheme: 'memory', name: 'a\n' }, 'ERR_ADDRESS_PATH', 'a name of printable characters'],
  ])('refuses %j', (value, code, reason) => {
    expect(() => untyped(value)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(reason) }));
  });

  test('is what every function asks first', () => {
    const short: Inet4Address = { family: 'AF_INET', host: '127.1', port: 80 };
    for (const use of [formatAddress, isLoopback, (address: Inet4Address) => compareAddresses(address, address)]) {
      expect(() => use(short)).toThrow(expect.objectContaining({ code: 'ERR_ADDRESS_HOST' }));
    }
  });
});
