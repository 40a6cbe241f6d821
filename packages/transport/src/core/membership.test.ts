import { isAddressError } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { interfaceName, membership } from './membership.ts';

describe('membership()', () => {
  test('takes a group of the socket’s family, a source and an interface', () => {
    expect(membership('239.1.2.3', {}, 'AF_INET')).toMatchObject({
      group: { host: '239.1.2.3' },
      source: undefined,
      interface: undefined,
    });
    const joined = membership('ff3e::1:3', { source: '2001:db8::1', interface: 'eth0' }, 'AF_INET6');
    expect(joined).toMatchObject({ group: { host: 'ff3e::1:3' }, source: { host: '2001:db8::1' }, interface: 'eth0' });
  });

  test('the zone of a group is its interface, and no other one is taken beside it', () => {
    expect(membership('ff02::1:3%eth0', {}, 'AF_INET6').interface).toBe('eth0');
    expect(membership('ff02::1:3%eth0', { interface: 'eth0' }, 'AF_INET6').interface).toBe('eth0');
    expect(() => membership('ff02::1:3%eth0', { interface: 'lo' }, 'AF_INET6')).toThrow(
      new RangeError('interface must be "eth0", which the group "ff02::1:3%eth0" names, not "lo"'),
    );
  });

  test.each<[string, object, 'AF_INET' | 'AF_INET6', string]>([
    ['10.0.0.1', {}, 'AF_INET', 'group must be a multicast address such as 239.1.2.3 or ff02::1:3, not "10.0.0.1"'],
    [
      '::ffff:239.1.2.3',
      {},
      'AF_INET6',
      'group must be a multicast address such as 239.1.2.3 or ff02::1:3, not "::ffff:239.1.2.3"',
    ],
    ['ff02::1:3', {}, 'AF_INET', 'group must be an IPv4 address, as the socket is, not "ff02::1:3"'],
    ['239.1.2.3', {}, 'AF_INET6', 'group must be an IPv6 address, as the socket is, not "239.1.2.3"'],
    ['232.1.2.3', { source: '::1' }, 'AF_INET', 'source must be an IPv4 address, as the group is, not "::1"'],
    ['232.1.2.3', { source: '232.1.2.4' }, 'AF_INET', 'source must be the address of one sender, not "232.1.2.4"'],
    ['232.1.2.3', { source: '0.0.0.0' }, 'AF_INET', 'source must be the address of one sender, not "0.0.0.0"'],
  ])('%s with %o on %s: %s %s', (group, options, family, message) => {
    expect(() => membership(group, options, family)).toThrow(new RangeError(message));
  });

  test.each(['all-hosts.mcast.net', '239.1.2.3:5353', '', '239.1.2.3\n'])('%j is no IP address', (group) => {
    let error: unknown;
    try {
      membership(group, {}, 'AF_INET');
    } catch (thrown) {
      error = thrown;
    }
    expect(isAddressError(error)).toBe(true);
  });
});

describe('interfaceName()', () => {
  test.each(['eth0', 'enp3s0.100', '10.0.0.1', 'fe80::1', 'br-1f2e'])('takes %s', (name) => {
    expect(interfaceName(name)).toBe(name);
  });

  test.each(['', 'eth0\0', 'a b', '../x', 'fe80::1%eth0'])('refuses %j', (name) => {
    expect(() => interfaceName(name)).toThrow(RangeError);
  });

  test('refuses what is no text', () => {
    expect(() => interfaceName(2 as unknown as string)).toThrow(TypeError);
  });
});
