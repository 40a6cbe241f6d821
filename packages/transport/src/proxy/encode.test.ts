import {
  type Address,
  fromBytes,
  inet,
  type InetAddress,
  named,
  unixAbstract,
  unixPath,
  unixUnnamed,
} from '@stack/address';
import { describe, expect, test } from 'vitest';
import { type Random, repeat } from '../random.test-fixture.ts';
import { decodeProxyHeader } from './decoder.ts';
import { encodeProxyHeader } from './encode.ts';
import type { ProxyDetails, ProxyHeader } from './header.ts';
import { accepted } from './vectors.test-fixture.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const from4 = inet('192.0.2.1', 1);
const to4 = inet('192.0.2.2', 2);
const to6 = inet('2001:db8::2', 2);

describe('encodeProxyHeader()', () => {
  test('writes what was decoded as it was, but for what says nothing', () => {
    for (const { name, bytes } of accepted) {
      const { header } = decodeProxyHeader(bytes);
      const again = encodeProxyHeader(header);
      // `transport` is lost where there are no addresses: the form has no place for it that is read.
      const { transport } = header.source === undefined ? { transport: undefined } : header;
      expect(decodeProxyHeader(again).header, name).toEqual({ ...header, transport });
    }
  });

  test('writes lines', () => {
    expect(text(encodeProxyHeader({ version: 1, source: from4, destination: to4 }))).toBe(
      'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n',
    );
    expect(text(encodeProxyHeader({ version: 1, source: from4, destination: to6 }))).toBe(
      'PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 1 2\r\n',
    );
    expect(text(encodeProxyHeader({ version: 1 }))).toBe('PROXY UNKNOWN\r\n');
    expect(text(encodeProxyHeader({ version: 1, source: unixUnnamed, destination: unixPath('/run/x') }))).toBe(
      'PROXY UNKNOWN\r\n',
    );
  });

  test('maps the IPv4 one of two families, and says nothing of what it has no form for', () => {
    const mixed = decodeProxyHeader(encodeProxyHeader({ source: from4, destination: to6 })).header;
    expect([mixed.source, mixed.destination]).toEqual([inet('::ffff:192.0.2.1', 1), to6]);
    for (const source of [unixPath('/run/x'), named('memory', 'lab')]) {
      const { header } = decodeProxyHeader(encodeProxyHeader({ source, destination: to4 }));
      expect(header).toMatchObject({ command: 'proxy', source: undefined });
    }
  });

  test('refuses what a line cannot say', () => {
    const details = { others: [], authority: 'localhost' };
    expect(() => encodeProxyHeader({ version: 1, command: 'local' })).toThrow(TypeError);
    expect(() => encodeProxyHeader({ version: 1, transport: 'datagram' })).toThrow('no datagrams: use version 2');
    expect(() => encodeProxyHeader({ version: 1, checksum: true })).toThrow(TypeError);
    expect(() => encodeProxyHeader({ version: 1, details })).toThrow('addresses only: use version 2');
  });

  test('refuses one address without the other, and names it', () => {
    expect(() => encodeProxyHeader({ source: from4 })).toThrow('192.0.2.1:1 alone: it needs a destination too');
    expect(() => encodeProxyHeader({ destination: to4 })).toThrow('192.0.2.2:2 alone: it needs a source too');
  });

  test('refuses items that do not fit', () => {
    const value = new Uint8Array(65_536);
    const of = (details: Partial<ProxyDetails>) => (): unknown =>
      encodeProxyHeader({ details: { others: [], ...details } });
    expect(of({ others: [{ type: 0xe0, value }] })).toThrow('at most 65535 bytes, not 65536');
    expect(of({ others: [{ type: 0xe0, value: value.subarray(1) }] })).toThrow('A PROXY header holds at most');
    expect(of({ others: [{ type: 256, value: value.subarray(0, 1) }] })).toThrow('from 0 to 255, not 256');
    expect(of({ others: [{ type: 0x20, value: value.subarray(0, 1) }] })).toThrow('has a field of its own');
    expect(of({ uniqueId: value.subarray(0, 129) })).toThrow('at most 128 bytes, not 129');
  });

  test('writes what the decoder reads back, whatever it is', async () => {
    await repeat(2_000, (random) => {
      const header = randomHeader(random);
      const bytes = encodeProxyHeader({ ...header, checksum: random.int(2) === 0 });
      expect(decodeProxyHeader(bytes, { maxHeaderBytes: 65_551 })).toEqual({ header, rest: new Uint8Array(0) });
    });
  });
});

const randomBytes = (random: Random, length: number): Uint8Array => Uint8Array.from({ length }, () => random.int(256));

const randomInet = (random: Random, bytes: 4 | 16): InetAddress =>
  fromBytes(randomBytes(random, bytes), random.int(65_536));

const randomUnix = (random: Random): Address => {
  const name = Array.from({ length: 1 + random.int(20) }, () => random.pick(['a', 'é', '/', ' '])).join('');
  return random.pick([unixUnnamed, unixPath(`/${name}`), unixAbstract(name)]);
};

const randomDetails = (random: Random): ProxyDetails => ({
  ...(random.int(2) === 0 ? {} : { alpn: randomBytes(random, random.int(9)) }),
  ...(random.int(2) === 0 ? {} : { authority: random.pick(['', 'localhost', 'bücher']) }),
  ...(random.int(2) === 0 ? {} : { uniqueId: randomBytes(random, random.int(129)) }),
  ...(random.int(2) === 0 ? {} : { namespace: 'blue' }),
  ...(random.int(2) === 0
    ? {}
    : {
        tls: {
          isUsed: random.int(2) === 0,
          hasCertificate: true,
          hasSessionCertificate: random.int(2) === 0,
          isVerified: random.int(2) === 0,
          ...(random.int(2) === 0 ? {} : { version: 'TLSv1.3' }),
          others: Array.from({ length: random.int(2) }, () => ({ type: 0x26, value: randomBytes(random, 5) })),
        },
      }),
  others: Array.from({ length: random.int(3) }, () => ({
    type: random.pick([0xe0, 0xef, 0x31]),
    value: randomBytes(random, random.int(40)),
  })),
});

const randomHeader = (random: Random): ProxyHeader => {
  const makers: readonly ((random: Random) => Address)[] = [
    (r) => randomInet(r, 4),
    (r) => randomInet(r, 16),
    randomUnix,
  ];
  const make = random.pick(makers);
  return {
    version: 2,
    command: 'proxy',
    transport: random.pick(['stream', 'datagram']),
    source: make(random),
    destination: make(random),
    details: randomDetails(random),
  };
};
