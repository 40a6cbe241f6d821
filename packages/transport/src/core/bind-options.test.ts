import { formatAddress, inet, named, unixPath, unixUnnamed } from '@stack/address';
import { describe, expect, test } from 'vitest';
import type { ConnectDatagramOptions } from '../contract/datagram-options.ts';
import { driverBindOptions, expectCaps, fittingAddress } from './bind-options.ts';

const bothFamilies = [inet('127.0.0.1', 7), inet('::1', 7)];

describe('driverBindOptions()', () => {
  test('leaves everything to the system where nothing is asked for', () => {
    expect(driverBindOptions({})).toEqual({
      recvBufferBytes: undefined,
      sendBufferBytes: undefined,
      reusePort: false,
      reuseAddress: false,
      ipv6Only: false,
      broadcast: false,
      localAddress: undefined,
    });
  });

  test.each<[ConnectDatagramOptions['localAddress'], string]>([
    ['127.0.0.2', '127.0.0.2:0'],
    ['[::1]:5000', '[::1]:5000'],
    [inet('127.0.0.2', 7), '127.0.0.2:7'],
    [unixPath('/run/x'), 'unix:/run/x'],
    [named('memory', 'x'), 'memory:x'],
  ])('localAddress may be %o', (localAddress, text) => {
    expect(formatAddress(driverBindOptions({ localAddress }).localAddress ?? unixUnnamed)).toBe(text);
  });

  test.each<[ConnectDatagramOptions, string]>([
    [{ recvBufferBytes: 0 }, 'recvBufferBytes must be a whole number from 1 to 1073741823, not 0'],
    [{ sendBufferBytes: Infinity }, 'sendBufferBytes must be a whole number from 1 to 1073741823, not Infinity'],
    [{ recvBufferBytes: 1.5 }, 'recvBufferBytes must be a whole number from 1 to 1073741823, not 1.5'],
    [{ reusePort: 1 as unknown as boolean }, 'reusePort must be true or false, not number'],
    [{ ipv6Only: 'yes' as unknown as boolean }, 'ipv6Only must be true or false, not string'],
    [{ localAddress: 'localhost:1' }, 'localAddress must be an IP address, with or without a port'],
    [{ localAddress: { family: 'AF_INET' } as never }, 'localAddress must be an IP address, with or without a port'],
    [{ onError: {} as never }, 'onError must be a function'],
  ])('%o is a mistake: %s', (options, message) => {
    expect(() => driverBindOptions(options)).toThrow(message);
  });
});

describe('expectCaps()', () => {
  const check = (options: ConnectDatagramOptions) => () =>
    expectCaps(new Set(['reusePort']), driverBindOptions(options), 'bind', 'udp://127.0.0.1:7');

  test('asks for nothing that was not asked for', () => {
    expect(check({})).not.toThrow();
    expect(check({ reusePort: true, reuseAddress: false })).not.toThrow();
  });

  test.each<ConnectDatagramOptions>([
    { recvBufferBytes: 1 },
    { sendBufferBytes: 1 },
    { reuseAddress: true },
    { ipv6Only: true },
    { broadcast: true },
  ])('%o is refused by its name where a driver cannot keep it', (options) => {
    const [name] = Object.keys(options);
    const message = `Cannot bind udp://127.0.0.1:7: this transport has no ${name}`;
    expect(check(options)).toThrow(expect.objectContaining({ code: 'ERR_UNSUPPORTED', message }));
  });
});

describe('fittingAddress()', () => {
  const choose = (options: ConnectDatagramOptions, addresses = bothFamilies) =>
    fittingAddress(addresses, driverBindOptions(options), 'connect', 'udp://both.test:7');

  test('is the first one, or the first that the options fit', () => {
    expect(choose({})).toBe(bothFamilies[0]);
    expect(choose({ ipv6Only: true })).toBe(bothFamilies[1]);
    expect(choose({ localAddress: inet('::1', 0) })).toBe(bothFamilies[1]);
  });

  test('tells when there is none', () => {
    expect(() => choose({ ipv6Only: true }, [inet('127.0.0.1', 7)])).toThrow('ipv6Only needs an IPv6 address');
    expect(() => choose({ localAddress: inet('::1', 0) }, [inet('127.0.0.1', 7)])).toThrow(
      'Cannot connect to udp://both.test:7: localAddress [::1]:0 is of another family',
    );
  });
});
