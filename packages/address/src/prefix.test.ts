import { describe, expect, test } from 'vitest';
import {
  formatPrefix,
  fromBytes,
  inet,
  isMapped,
  parsePrefix,
  prefixAddresses,
  prefixContains,
  prefixOf,
  toBytes,
  unmap,
  type InetAddress,
} from './index.ts';
import { isFrequent, repeat, same, samePlain, type Random } from './random.test-fixture.ts';

const anyInet = ({ int, pick }: Random): InetAddress =>
  fromBytes(
    Uint8Array.from({ length: pick([4, 16]) }, () => pick([0, 0, 255, int(256)])),
    0,
  );

/** The bits of an address as text, `0` and `1`: slow and plain. */
const bitText = (address: InetAddress): string =>
  Array.from(toBytes(address), (byte) => byte.toString(2).padStart(8, '0')).join('');

describe('prefixOf()', () => {
  test('keeps the first bits and clears the others', () => {
    repeat((random) => {
      const address = anyInet(random);
      if (isMapped(address)) return;
      const bits = bitText(address);
      const length = random.int(bits.length + 1);
      const prefix = prefixOf(address, length);
      same(bitText(inet(prefix.host, 0)), bits.slice(0, length).padEnd(bits.length, '0'));
      samePlain(parsePrefix(formatPrefix(prefix)), prefix);
      same(Object.isFrozen(prefix), true);
    });
  });

  test.each([-1, 33, 1.5, Number.NaN])('refuses a length of %s for IPv4', (length) => {
    expect(() => prefixOf(inet('10.0.0.1', 0), length)).toThrow('expected a length from 0 to 32');
  });

  test('wants IPv4-mapped addresses unmapped', () => {
    expect(() => prefixOf(inet('::ffff:10.0.0.1', 0), 104)).toThrow('Did you mean 10.0.0.0/8?');
    expect(prefixOf(unmap(inet('::ffff:10.0.0.1', 0)) as InetAddress, 8)).toStrictEqual(parsePrefix('10.0.0.0/8'));
  });
});

describe('prefixContains()', () => {
  test('compares the first bits', () => {
    let hits = 0;
    const runs = repeat((random) => {
      const [inside, other] = [anyInet(random), anyInet(random)];
      if (isMapped(inside) || isMapped(other)) return;
      const prefix = prefixOf(inside, random.pick([0, 1, 7, 8, 16, 31, 32]));
      const isInside =
        other.family === prefix.family && bitText(other).startsWith(bitText(inside).slice(0, prefix.length));
      if (isInside) hits++;
      same(prefixContains(prefix, inside), true);
      same(prefixContains(prefix, other), isInside);
    });
    expect(isFrequent(hits, runs)).toBe(true);
  });

  test('checks a prefix that was not made here', () => {
    const literal = { family: 'AF_INET', host: '10.0.0.1', length: 8 } as const;
    expect(() => prefixContains(literal, inet('10.0.0.1', 0))).toThrow('it has bits after the first 8');
  });
});

describe('prefixAddresses()', () => {
  const hosts = (text: string): readonly string[] =>
    Array.from(prefixAddresses(parsePrefix(text), 7), ({ host }) => host);

  test.each([
    ['192.0.2.254/31', ['192.0.2.254', '192.0.2.255']],
    ['255.255.255.252/30', ['255.255.255.252', '255.255.255.253', '255.255.255.254', '255.255.255.255']],
    ['10.0.0.1/32', ['10.0.0.1']],
    ['2001:db8::fffe/127', ['2001:db8::fffe', '2001:db8::ffff']],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128', ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']],
    [
      'ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127',
      ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ],
  ])('walks through %s', (text, expected) => {
    expect(hosts(text)).toEqual(expected);
  });

  test('carries over from group to group', () => {
    const all = hosts('2001:db8::1:0:0/111');
    expect(all).toHaveLength(2 ** 17);
    expect(all.slice(0xffff, 0x10001)).toEqual(['2001:db8::1:0:ffff', '2001:db8::1:1:0']);
  });

  test('is lazy and takes a port', () => {
    expect(prefixAddresses(parsePrefix('::/0'), 53).next().value).toStrictEqual(inet('::', 53));
    expect(() => prefixAddresses(parsePrefix('::/0'), -1)).toThrow('-1 is not a port');
  });
});
