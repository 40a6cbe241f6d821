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
      '"0x7f.1" is not an IPv4 address: expected decimal digits and ".", found "x". Did you mean 127.0.0.1?',
    ],
    [
      () => inet('2130706433', 0),
      '"2130706433" is not an IPv4 address: expected 4 octets, found 1. Did you mean 127.0.0.1?',
    ],
    [
      () => inet('010.0.0.1', 0),
      '"010.0.0.1" is not an IPv4 address: octet 1 is "010", and leading zeros are octal to some readers',
    ],
    [() => inet('1.2.3.256', 0), '"1.2.3.256" is not an IPv4 address: octet 4 is "256", the largest is 255'],
    [() => inet('1..2.3', 0), '"1..2.3" is not an IPv4 address: octet 2 is empty'],
    [() => inet('1.2.3.4.5', 0), '"1.2.3.4.5" is not an IPv4 address: expected 4 octets, found 5'],
    [() => inet('1.2.3.4%eth0', 0), '"1.2.3.4%eth0" is not an IPv4 address: only an IPv6 address has a zone'],
    [
      () => inet('10.0.0.0/8', 0),
      '"10.0.0.0/8" is not an IPv4 address: it has a prefix length. Read it with parsePrefix',
    ],
    [() => inet('1.2.3.4\n', 0), '"1.2.3.4\\n" is not an IPv4 address: expected decimal digits and ".", found "\\n"'],
    [
      () => inet('１.2.3.4', 0),
      '"１.2.3.4" is not an IP address: expected decimal digits and ".", found "１" (U+FF11)',
    ],
    [() => inet('1:2:3', 0), '"1:2:3" is not an IPv6 address: expected 8 groups, found 3'],
    [
      () => inet('1:2:3:4::5:6:7:8', 0),
      '"1:2:3:4::5:6:7:8" is not an IPv6 address: expected at most 7 groups beside "::", found 8',
    ],
    [() => inet('1::2::3', 0), '"1::2::3" is not an IPv6 address: "::" may stand only once'],
    [() => inet(':::', 0), '":::" is not an IPv6 address: found ":::", expected ":" or "::"'],
    [() => inet('1:', 0), '"1:" is not an IPv6 address: it ends with a single ":"'],
    [() => inet('fe801::', 0), '"fe801::" is not an IPv6 address: group "fe801" has more than 4 digits'],
    [() => inet('::1.2.3.4:5', 0), '"::1.2.3.4:5" is not an IPv6 address: the IPv4 part "1.2.3.4" must come last'],
    [
      () => inet('::1.2.3', 0),
      '"::1.2.3" is not an IPv6 address: "1.2.3" is not an IPv4 address: expected 4 octets, found 3. Did you mean 1.2.0.3?',
    ],
    [() => inet6('::1%lo', 0), '"::1%lo" is not an IPv6 address: the zone is an argument of its own'],
    [() => inet6('::1', 0, 'a b'), '"a b" is not a zone: a zone cannot contain " "'],
    [
      () => hostAddress('127.1', 0),
      '"127.1" is not a host name: it ends in a number, as only an IPv4 address does: expected 4 octets, found 2. Did you mean 127.0.0.1?',
    ],
    [() => hostAddress('127.0.0.1', 0), '"127.0.0.1" is not a host name: it is an IPv4 address. Use inet4'],
    [() => hostAddress('::1', 0), '"::1" is not a host name: it is an IPv6 address. Use inet6'],
    [() => hostAddress('a..b', 0), '"a..b" is not a host name: a label is empty'],
    [
      () => hostAddress('exämple.org', 0),
      '"exämple.org" is not a host name: expected letters, digits, "-", "_" and ".", found "ä" (U+00E4). Write other alphabets in their xn-- form',
    ],
    [() => inet('127.0.0.1', 80.5), '80.5 is not a port: expected an integer from 0 to 65535'],
    [() => parsePort('080'), '"080" is not a port: leading zeros are not allowed'],
    [() => parsePort('4294967377'), '"4294967377" is not a port: the largest port is 65535'],
    [() => parsePort(''), '"" is not a port: expected an integer from 0 to 65535, found nothing'],
    [
      () => unixPath(`/${'é'.repeat(53)}x`),
      `"/${'é'.repeat(53)}x" is not a Unix path: it is too long: 108 bytes, the limit is 107 bytes`,
    ],
    [() => unixPath('/a\0b'), '"/a\\x00b" is not a Unix path: a path cannot contain NUL'],
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
      '"10.0.0.0/255.0.0.0" is not an address prefix: expected a length in decimal digits after "/", found "."',
    ],
    [
      () => parsePrefix('::ffff:10.0.0.0/104'),
      '"::ffff:10.0.0.0/104" is not an address prefix: IPv4-mapped addresses are matched as IPv4. Did you mean 10.0.0.0/8?',
    ],
  ])('%s', (read, message) => {
    expect(messageOf(read)).toBe(message);
  });

  test('stay one short line whatever the input', () => {
    expect(messageOf(() => inet('\r\n\x1b[2J\u2028\u202e\0"\\\ud800', 0))).toBe(
      '"\\r\\n\\x1b[2J\\u{2028}\\u{202e}\\x00\\"\\\\\\u{d800}" is not an IP address: expected decimal digits and ".", found "\\r"',
    );
    expect(messageOf(() => parsePort('1'.repeat(1_000_000)))).toBe(
      `"${'1'.repeat(64)}"… (1000000 characters) is not a port: the largest port is 65535`,
    );
  });
});
