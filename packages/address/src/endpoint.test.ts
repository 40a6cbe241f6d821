import { describe, expect, test } from 'vitest';
import { endpoint, formatEndpoint, inet4, parseEndpoint, tryParseEndpoint, unixPath } from './index.ts';

const inet = (scheme: string, host: string, port: number, zone?: string) => ({
  scheme,
  address: { family: host.includes(':') ? 'AF_INET6' : 'AF_INET', host, port, ...(zone === undefined ? {} : { zone }) },
});
const unix = (scheme: string, kind: string, path: string) => ({ scheme, address: { family: 'AF_UNIX', kind, path } });
const name = (scheme: string, text: string) => ({ scheme, address: { family: 'name', scheme, name: text } });
const host = (scheme: string, text: string, port: number) => ({
  scheme,
  address: { family: 'host', host: text, port },
});

describe('parseEndpoint()', () => {
  test.each([
    ['tcp://127.0.0.1:9090', inet('tcp', '127.0.0.1', 9090)],
    ['tcp://0.0.0.0:0', inet('tcp', '0.0.0.0', 0)],
    ['udp://[fe80::1%eth0]:7777', inet('udp', 'fe80::1', 7777, 'eth0')],
    ['tls://localhost:443', host('tls', 'localhost', 443)],
    ['tls://a_b.example.:443', host('tls', 'a_b.example.', 443)],
    ['unix:@abstract', unix('unix', 'abstract', 'abstract')],
    ['unix:@a%00b', unix('unix', 'abstract', 'a\0b')],
    ['unix:./relative.sock', unix('unix', 'path', './relative.sock')],
    ['unix:../up.sock', unix('unix', 'path', '../up.sock')],
    ['unix:./@x', unix('unix', 'path', './@x')],
    ['unix:/a b:c#d', unix('unix', 'path', '/a b:c#d')],
    ['unix:/100%25%3F', unix('unix', 'path', '/100%?')],
    ['unix:////x', unix('unix', 'path', '//x')],
    ['unix:unnamed', unix('unix', 'unnamed', '')],
    ['unixgram:/run/log', unix('unixgram', 'path', '/run/log')],
    ['memory:lab', name('memory', 'lab')],
    ['ws://example.org/chat?room=1#top', name('ws', '//example.org/chat?room=1#top')],
  ])('reads %s, which is its canonical text', (text, expected) => {
    expect(parseEndpoint(text)).toStrictEqual(expected);
    expect(formatEndpoint(parseEndpoint(text))).toBe(text);
  });

  test.each([
    ['TCP://LOCALHOST:80', 'tcp://localhost:80'],
    ['udp://[2001:DB8::0001]:7', 'udp://[2001:db8::1]:7'],
    ['unix:///run/echo.sock', 'unix:/run/echo.sock'],
    ['unix://@abstract', 'unix:@abstract'],
    ['unix://./a', 'unix:./a'],
  ])('reads %s as %s', (text, canonical) => {
    expect(formatEndpoint(parseEndpoint(text))).toBe(canonical);
    expect(parseEndpoint(canonical)).toStrictEqual(parseEndpoint(text));
  });

  test.each([
    ['', 'ERR_ADDRESS_SCHEME', 0, 'expected a scheme, as in "tcp://127.0.0.1:80"'],
    ['127.0.0.1:80', 'ERR_ADDRESS_SCHEME', 0, 'expected a scheme, as in "tcp://127.0.0.1:80"'],
    ['[::1]:80', 'ERR_ADDRESS_SCHEME', 0, 'expected a scheme, as in "tcp://[::1]:80"'],
    ['/run/x', 'ERR_ADDRESS_SCHEME', 0, 'expected a scheme, as in "unix:/run/x"'],
    ['tcp:127.0.0.1:80', 'ERR_ADDRESS_SYNTAX', 4, 'expected "//" and a host and port, found "1"'],
    ['tcp://127.0.0.1', 'ERR_ADDRESS_SYNTAX', 15, 'expected ":" and a port, found nothing'],
    [
      'tcp://127.0.0.1:',
      'ERR_ADDRESS_PORT',
      16,
      '"" is not a port: expected an integer from 0 to 65535 without leading zeros, found nothing',
    ],
    ['tcp://127.0.0.1:80/', 'ERR_ADDRESS_SYNTAX', 18, 'expected a host and port alone, found "/"'],
    ['tcp://a:b@c:80', 'ERR_ADDRESS_SYNTAX', 9, 'expected a host and port alone, found "@"'],
    ['tcp://127.0.0.1:80?backlog=1', 'ERR_ADDRESS_SYNTAX', 18, 'it has options. Read them with parseEndpointOptions'],
    [
      'tcp://127.1:80',
      'ERR_ADDRESS_HOST',
      11,
      '"127.1" is not an IPv4 address: expected 4 octets, found 2. Did you mean 127.0.0.1?',
    ],
    [
      'tcp://::1:80',
      'ERR_ADDRESS_SYNTAX',
      7,
      'too many colons, an IPv6 address stands in brackets. Did you mean [::1]:80?',
    ],
    ['tcp://[::1', 'ERR_ADDRESS_SYNTAX', 10, 'expected "]", found nothing'],
    [
      'tcp://*:80',
      'ERR_ADDRESS_HOST',
      6,
      '"*" is not a host: it names no host. Write 0.0.0.0 or [::] for every interface',
    ],
    [
      'unix:',
      'ERR_ADDRESS_PATH',
      5,
      'expected "/", "./" or "../" and a path, "@" and a name, or "unnamed", found nothing',
    ],
    [
      'unix://run/x',
      'ERR_ADDRESS_PATH',
      7,
      'expected "/", "./" or "../" and a path, "@" and a name, or "unnamed", found "r". Did you mean "/run/x" or "./run/x"?',
    ],
    ['unix:/a%2Fb', 'ERR_ADDRESS_PATH', 7, 'expected plain text, or one of the escapes %00, %25 and %3F, found "%"'],
    [
      'unix:/a%00b',
      'ERR_ADDRESS_PATH',
      7,
      '"/a\\u0000b" is not a Unix path: expected a path without NUL, found "\\u0000"',
    ],
    [
      'unix:@a\0b',
      'ERR_ADDRESS_PATH',
      7,
      'expected plain text, or one of the escapes %00, %25 and %3F, found "\\u0000"',
    ],
    [
      'unix:@',
      'ERR_ADDRESS_PATH',
      6,
      '"" is not an abstract Unix name: expected characters that UTF-8 can write, found nothing',
    ],
    ['memory:', 'ERR_ADDRESS_PATH', 7, 'expected a name of printable characters, found nothing'],
    ['memory:\nb', 'ERR_ADDRESS_PATH', 7, 'expected a name of printable characters, found "\\n"'],
    ['memory:a\u202eb', 'ERR_ADDRESS_PATH', 8, 'expected a name of printable characters, found "\\u{202e}" (U+202E)'],
  ])('refuses %j with %s at %i', (text, code, index, reason) => {
    const result = tryParseEndpoint(text);
    expect(result).toMatchObject({ ok: false, error: { code, index, input: text } });
    expect(result.ok ? '' : result.error.message).toContain(` is not an endpoint: ${reason}`);
    expect(() => parseEndpoint(text)).toThrow(expect.objectContaining({ code, index, input: text }));
  });
});

describe('endpoint()', () => {
  test('joins a scheme and an address of its family', () => {
    expect(endpoint('UDP', inet4('127.0.0.1', 7))).toStrictEqual(parseEndpoint('udp://127.0.0.1:7'));
    expect(endpoint('unixgram', unixPath('x'))).toStrictEqual(parseEndpoint('unixgram:./x'));
  });

  test('refuses an address of another family', () => {
    expect(() => endpoint('tcp', unixPath('/x'))).toThrow(expect.objectContaining({ code: 'ERR_ADDRESS_SCHEME' }));
    expect(() => formatEndpoint({ scheme: 'unix', address: inet4('127.0.0.1', 7) })).toThrow(
      '"unix" is not a scheme for this address: its addresses are of another family, not "AF_INET"',
    );
  });
});
