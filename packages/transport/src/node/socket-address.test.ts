import type { Socket } from 'node:net';
import { inet, unixAbstract, unixPath, unixUnnamed } from '@stack/address';
import { describe, expect, test } from 'vitest';
import {
  fromAddressInfo,
  fromNodePath,
  localOf,
  localOfAccepted,
  remoteOf,
  toNodeHost,
  toNodePath,
} from './socket-address.ts';

describe('addresses of Node', () => {
  test.each([
    ['/run/x', unixPath('/run/x')],
    ['\0name', unixAbstract('name')],
    ['\0a\0b', unixAbstract('a\0b')],
  ])('%j is the same there and back', (path, address) => {
    expect(fromNodePath(path)).toEqual(address);
    expect(toNodePath(address)).toBe(path);
  });

  test.each([null, ''])('%j is a socket without a name', (path) => {
    expect(fromNodePath(path)).toEqual(unixUnnamed);
    expect(fromAddressInfo(path)).toEqual(unixUnnamed);
  });

  test('a zone goes with the host, there and back', () => {
    const address = fromAddressInfo({ address: 'fe80::1%eth0', family: 'IPv6', port: 5 });
    expect(address).toMatchObject({ family: 'AF_INET6', host: 'fe80::1', zone: 'eth0', port: 5 });
    expect(address.family === 'AF_INET6' && toNodeHost(address)).toBe('fe80::1%eth0');
    expect(toNodeHost(inet('127.0.0.1', 1))).toBe('127.0.0.1');
  });

  test('both ends of a socket; of one that was gone at once, what stands for nothing', () => {
    const socket = { localAddress: '::1', localPort: 1, remoteAddress: '::1', remotePort: 2 } as Socket;
    expect([localOf(socket), remoteOf(socket)]).toEqual([inet('::1', 1), inet('::1', 2)]);
    expect(remoteOf({} as Socket)).toEqual(inet('0.0.0.0', 0));
  });

  test('what a listener accepts has its address; at the wildcard, each its own', () => {
    const at = inet('10.0.0.1', 9);
    expect(localOfAccepted(at)({} as Socket)).toBe(at);
    expect(localOfAccepted(unixPath('/run/x'))({} as Socket)).toEqual(unixPath('/run/x'));
    const localOfAny = localOfAccepted(inet('::', 9));
    const [first, again, other] = ['::1', '::1', '10.0.0.1'].map((host) =>
      localOfAny({ localAddress: host } as Socket),
    );
    expect(first).toEqual(inet('::1', 9));
    expect(again).toBe(first);
    expect(other).toEqual(inet('10.0.0.1', 9));
    expect(localOfAny({} as Socket)).toEqual(inet('0.0.0.0', 0));
  });
});
