import { describe, expect, test } from 'vitest';
import { formatAddress, fromBytes, inet, isMapped, toBytes, toMapped, unmap, inet4, unixUnnamed } from './index.ts';

describe('toBytes()', () => {
  test('is in network order, and fresh each time', () => {
    const address = inet('2001:db8::ff:1', 80);
    const expected = Uint8Array.of(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0, 1);
    expect(toBytes(address)).toStrictEqual(expected);
    toBytes(address).fill(0);
    expect(toBytes(address)).toStrictEqual(expected);
    expect(toBytes(inet('255.254.1.0', 80))).toStrictEqual(Uint8Array.of(255, 254, 1, 0));
  });
});

describe('fromBytes()', () => {
  test('reads a part of a larger buffer', () => {
    const buffer = Uint8Array.of(9, 9, 127, 0, 0, 1, 9);
    expect(fromBytes(buffer.subarray(2, 6), 80)).toStrictEqual(inet('127.0.0.1', 80));
  });

  test('keeps IPv4-mapped bytes IPv6, and takes a zone', () => {
    const bytes = toBytes(inet('::ffff:10.0.0.1', 0));
    expect(formatAddress(fromBytes(bytes, 80, 'eth0'))).toBe('[::ffff:10.0.0.1%eth0]:80');
  });

  test.each([0, 3, 5, 8, 15, 17])('refuses %i bytes', (length) => {
    expect(() => fromBytes(new Uint8Array(length), 80)).toThrow(
      expect.objectContaining({
        code: 'ERR_ADDRESS_HOST',
        message: `Cannot make an IP address of ${length} bytes: expected 4 or 16`,
      }),
    );
  });

  test('refuses a zone on IPv4, a bad zone and a bad port', () => {
    expect(() => fromBytes(new Uint8Array(4), 80, 'eth0')).toThrow('only an IPv6 address has one');
    expect(() => fromBytes(new Uint8Array(16), 80, 'a/b')).toThrow(
      'expected an interface name or index after "%", found "/"',
    );
    expect(() => fromBytes(new Uint8Array(4), 65_536)).toThrow('65536 is not a port');
  });
});

describe('unmap() and toMapped()', () => {
  test('are inverse', () => {
    const address = inet4('10.0.0.1', 80);
    expect(toMapped(address)).toStrictEqual(inet('::ffff:10.0.0.1', 80));
    expect(isMapped(toMapped(address))).toBe(true);
    expect(unmap(toMapped(address))).toStrictEqual(address);
  });

  test('leave alone what is not IPv4-mapped', () => {
    expect(unmap(unixUnnamed)).toBe(unixUnnamed);
    expect(isMapped(unixUnnamed)).toBe(false);
  });
});
