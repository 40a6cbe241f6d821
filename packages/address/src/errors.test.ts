import { describe, expect, test } from 'vitest';
import {
  AddressError,
  hostAddress,
  inet,
  inet6,
  isAddressError,
  named,
  parsePort,
  parsePrefix,
  unixPath,
} from './index.ts';

const messageOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (isAddressError(error)) return error.message;
    throw error;
  }
  throw new Error('Nothing was refused');
};

describe('AddressError', () => {
  test('carries code, input and index', () => {
    const error = new AddressError('ERR_ADDRESS_PORT', 'text', 'input', 3);
    expect(error).toBeInstanceOf(Error);
    expect({ ...error }).toEqual({ name: 'AddressError', code: 'ERR_ADDRESS_PORT', input: 'input', index: 3 });
    expect(String(error)).toBe('AddressError: text');
  });

  test('isAddressError() knows it by its brand, of another copy of the package too', () => {
    const error = new AddressError('ERR_ADDRESS_PORT', 'text', 'input', 3);
    const foreign = { [Symbol.for('@stack/address.error')]: true, code: 'ERR_ADDRESS_HOST' };
    expect([isAddressError(error), isAddressError(error, 'ERR_ADDRESS_PORT')]).toEqual([true, true]);
    expect([isAddressError(foreign), isAddressError(foreign, 'ERR_ADDRESS_HOST')]).toEqual([true, true]);
    expect(isAddressError(error, 'ERR_ADDRESS_HOST')).toBe(false);
    for (const other of [new Error('text'), { code: 'ERR_ADDRESS_PORT' }, null, undefined, 'text']) {
      expect(isAddressError(other)).toBe(false);
    }
  });

  test('is for input; a value that is no text is a mistake in the program', () => {
    for (const read of [parsePort, parsePrefix, unixPath, (text: string) => inet(text, 0)]) {
      expect(() => read(undefined as unknown as string)).toThrow(TypeError);
      expect(() => read(80 as unknown as string)).toThrow('expected a string, found number');
    }
  });
});

describe('messages', () => {
  test.each([
    [() => inet('127.1', 0), '"127.1" is not an IPv4 address: expected 4 octets, found 2. Did you mean 127.0.0.1?'],
    [
      () => inet('0x7f.1', 0),
      '"0x7f.1" is not an IPv4 address: "0x7f" is not an octet: expected an integer from 0 to 255 without leading zeros, found "x". Did you mean 127.0.0.1?',
    ],
    [
      () => inet('2130706433', 0),
      '"2130706433" is not an IPv4 address: "2130706433" is not an octet: expected an integer from 0 to 255 without leading zeros. Did you mean 127.0.0.1?',
    ],
    [
      () => inet('010.0.0.1', 0),
      '"010.0.0.1" is not an IPv4 address: "010" is not an octet: expected an integer from 0 to 255 without leading zeros',
    ],
    [
      () => inet('1.2.3.256', 0),
      '"1.2.3.256" is not an IPv4 address: "256" is not an octet: expected an integer from 0 to 255 without leading zeros',
    ],
    [
      () => inet('1..2.3', 0),
      '"1..2.3" is not an IPv4 address: "" is not an octet: expected an integer from 0 to 255 without leading zeros, found nothing',
    ],
    [() => inet('1.2.3.4.5', 0), '"1.2.3.4.5" is not an IPv4 address: expected 4 octets, found more'],
    [() => inet('1.2.3.4%eth0', 0), '"1.2.3.4%eth0" is not an IPv4 address: only an IPv6 address has a zone'],
    [
      () => inet('10.0.0.0/8', 0),
      '"10.0.0.0/8" is not an IPv4 address: it has a prefix length. Read it with parsePrefix',
    ],
    [
      () => inet('1.2.3.4\n', 0),
      '"1.2.3.4\\n" is not an IPv4 address: "4\\n" is not an octet: expected an integer from 0 to 255 without leading zeros, found "\\n"',
    ],
    [
      () => inet('１.2.3.4', 0),
      '"１.2.3.4" is not an IP address: "１" is not an octet: expected an integer from 0 to 255 without leading zeros, found "１" (U+FF11)',
    ],
    [
      () => inet('localhost', 0),
      '"localhost" is not an IP address: it looks like a host name. Read it with hostAddress',
    ],
    [() => inet('', 0), '"" is not an IP address: it is empty. Write 0.0.0.0 or :: for every interface'],
    [() => inet('[::1]', 0), '"[::1]" is not an IPv6 address: brackets belong to an address with a port'],
    [() => inet('::1/64', 0), '"::1/64" is not an IPv6 address: it has a prefix length. Read it with parsePrefix'],
    [() => inet('1:2:3', 0), '"1:2:3" is not an IPv6 address: expected 8 groups, found 3'],
    [
      () => inet('1:2:3:4::5:6:7:8', 0),
      '"1:2:3:4::5:6:7:8" is not an IPv6 address: expected at most 7 groups beside "::", found 8',
    ],
    [() => inet('1::2::3', 0), '"1::2::3" is not an IPv6 address: "::" may stand only once'],
    [() => inet(':::', 0), '":::" is not an IPv6 address: "::" may stand only once'],
    [() => inet('1:', 0), '"1:" is not an IPv6 address: a single ":" stands between two groups'],
    [() => inet('fe801::', 0), '"fe801::" is not an IPv6 address: a group has at most 4 digits'],
    [
      () => inet('::1.2.3.4:5', 0),
      '"::1.2.3.4:5" is not an IPv6 address: "1.2.3.4:5" is not an IPv4 address: "4:5" is not an octet: expected an integer from 0 to 255 without leading zeros, found ":"',
    ],
    [
      () => inet('::1.2.3', 0),
      '"::1.2.3" is not an IPv6 address: "1.2.3" is not an IPv4 address: expected 4 octets, found 3. Did you mean 1.2.0.3?',
    ],
    [() => inet6('::1%lo', 0), '"::1%lo" is not an IPv6 address: the zone is an argument of its own'],
    [() => inet6('::1', 0, 'a b'), '"a b" is not a zone: expected an interface name or index after "%", found " "'],
    [
      () => hostAddress('127.1', 0),
      '"127.1" is not a host name: it ends in a number, as only an IPv4 address does: expected 4 octets, found 2. Did you mean 127.0.0.1?',
    ],
    [() => hostAddress('127.0.0.1', 0), '"127.0.0.1" is not a host name: it is an IPv4 address. Use inet4'],
    [() => hostAddress('::1', 0), '"::1" is not a host name: it is an IPv6 address. Use inet6'],
    [
      () => hostAddress('a..b', 0),
      '"a..b" is not a host name: "" is not a label: expected 1 to 63 characters and no "-" at either end',
    ],
    [
      () => hostAddress('exämple.org', 0),
      '"exämple.org" is not a host name: expected letters, digits, "-", "_" and ".", or an xn-- form, found "ä" (U+00E4)',
    ],
    [() => inet('127.0.0.1', 80.5), '80.5 is not a port: expected an integer from 0 to 65535'],
    [() => parsePort('080'), '"080" is not a port: expected an integer from 0 to 65535 without leading zeros'],
    [
      () => parsePort('4294967377'),
      '"4294967377" is not a port: expected an integer from 0 to 65535 without leading zeros',
    ],
    [() => parsePort(''), '"" is not a port: expected an integer from 0 to 65535 without leading zeros, found nothing'],
    [
      () => unixPath(`/${'é'.repeat(53)}x`),
      `"/${'é'.repeat(53)}x" is not a Unix path: it is too long: 108 bytes, the limit is 107`,
    ],
    [() => unixPath('/a\0b'), '"/a\\u0000b" is not a Unix path: expected a path without NUL, found "\\u0000"'],
    [
      () => named('9p', 'x'),
      '"9p" is not a scheme: expected a letter, then letters, digits, "+", "-" and ".", as in "tcp"',
    ],
    [
      () => parsePrefix('10.0.0.1/8'),
      '"10.0.0.1/8" is not an address prefix: it has bits after the first 8. Did you mean 10.0.0.0/8?',
    ],
    [
      () => parsePrefix('10.0.0.0'),
      '"10.0.0.0" is not an address prefix: the length is missing. Did you mean "10.0.0.0/32"?',
    ],
    [
      () => parsePrefix('10.0.0.0/255.0.0.0'),
      '"10.0.0.0/255.0.0.0" is not an address prefix: "255.0.0.0" is not a prefix length: expected an integer from 0 to 32 without leading zeros, found "."',
    ],
    [
      () => parsePrefix('::ffff:10.0.0.0/104'),
      '"::ffff:10.0.0.0/104" is not an address prefix: IPv4-mapped addresses are matched as IPv4. Did you mean 10.0.0.0/8?',
    ],
  ])('%s', (read, message) => {
    expect(messageOf(read)).toBe(message);
  });

  test('stay one short line whatever the input', () => {
    const shown = String.raw`"\r\n\u001b[2J\u{2028}\u{202e}\u0000\"\\\ud800"`;
    expect(messageOf(() => inet('\r\n\x1b[2J\u2028\u202e\0"\\\ud800', 0))).toBe(
      `${shown} is not an IP address: ${shown} is not an octet: expected an integer from 0 to 255 without leading zeros, found "\\r"`,
    );
    expect(messageOf(() => parsePort('1'.repeat(1_000_000)))).toBe(
      `"${'1'.repeat(64)}"… (1000000 characters) is not a port: expected an integer from 0 to 65535 without leading zeros`,
    );
  });
});
