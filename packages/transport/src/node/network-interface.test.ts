import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { toNodeInterface } from './network-interface.ts';

const [loopback = 'lo'] = Object.entries(networkInterfaces())
  .filter(([, infos = []]) => infos.some(({ address }) => address === '127.0.0.1'))
  .map(([name]) => name);
const hasIpv6 = networkInterfaces()[loopback]?.some(({ family }) => family === 'IPv6') === true;

describe('toNodeInterface()', () => {
  test('IPv4: a name or an address becomes an address', () => {
    expect(toNodeInterface(loopback, 'AF_INET', 'here')).toBe('127.0.0.1');
    expect(toNodeInterface('127.0.0.1', 'AF_INET', 'here')).toBe('127.0.0.1');
  });

  test.runIf(hasIpv6)('IPv6: a name or an address becomes a zone, however the address is written', () => {
    expect(toNodeInterface(loopback, 'AF_INET6', 'here')).toBe(`::%${loopback}`);
    expect(toNodeInterface('0:0::1', 'AF_INET6', 'here')).toBe(`::%${loopback}`);
  });

  test.each([
    ['nope0', 'AF_INET', 'IPv4'],
    ['nope0', 'AF_INET6', 'IPv6'],
    ['nope0.100', 'AF_INET', 'IPv4'],
    ['192.0.2.77', 'AF_INET', 'IPv4'],
  ] as const)('%s of %s is ENODEV, never "any"', (name, family, version) => {
    expect(() => toNodeInterface(name, family, 'udp://0.0.0.0:1')).toThrow(
      expect.objectContaining({
        code: 'ENODEV',
        message: `Cannot configure udp://0.0.0.0:1: no interface "${name}" has an ${version} address`,
      }),
    );
  });
});
