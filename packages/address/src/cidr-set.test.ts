import { describe, expect, test } from 'vitest';
import {
  CidrSet,
  formatPrefix,
  fromBytes,
  inet,
  isMapped,
  parsePrefix,
  prefixContains,
  prefixOf,
  type InetAddress,
  type Prefix,
} from './index.ts';
import { repeat, type Random } from './random.test-fixture.ts';

// Few bits differ, so that prefixes nest.
const anyInet = ({ pick }: Random): InetAddress =>
  fromBytes(
    Uint8Array.from({ length: pick([4, 16]) }, () => pick([0, 10, 255])),
    0,
  );

const anyPrefix = (random: Random): Prefix => {
  const address = anyInet(random);
  const length = random.pick([0, 3, 8, 9, 16, 31, 32]);
  return isMapped(address) ? parsePrefix('::/0') : prefixOf(address, length);
};

describe('CidrSet', () => {
  test('finds what a search through the list finds', () => {
    repeat(500, (random) => {
      const set = new CidrSet<number>();
      const list = new Map<string, { readonly prefix: Prefix; readonly value: number }>();
      for (let step = 0; step < 20; step++) {
        const prefix = anyPrefix(random);
        const key = formatPrefix(prefix);
        if (random.int(4) === 0) {
          expect(set.delete(prefix)).toBe(list.delete(key));
        } else {
          set.add(random.pick([prefix, key]), step);
          list.set(key, { prefix, value: step });
        }
        const address = anyInet(random);
        const [best] = [...list.values()]
          .filter((entry) => prefixContains(entry.prefix, address))
          .toSorted((a, b) => b.prefix.length - a.prefix.length);
        expect(set.match(address)).toStrictEqual(best);
        expect(set.has(address)).toBe(best !== undefined);
      }
      expect(set.size).toBe(list.size);
      const byKey = (a: { prefix: Prefix }, b: { prefix: Prefix }): number =>
        formatPrefix(a.prefix) < formatPrefix(b.prefix) ? -1 : 1;
      expect([...set].toSorted(byKey)).toStrictEqual([...list.values()].toSorted(byKey));
    });
  });

  test('matches IPv4-mapped addresses as IPv4, and only so', () => {
    expect(CidrSet.of('10.0.0.0/8').has(inet('::ffff:10.1.2.3', 80))).toBe(true);
    expect(CidrSet.of('::/0').has(inet('::ffff:10.1.2.3', 80))).toBe(false);
    expect(() => CidrSet.of('::ffff:10.0.0.0/104')).toThrow('Did you mean 10.0.0.0/8?');
  });

  test('takes the new value for a prefix that is there already', () => {
    const set = new CidrSet<string>().add('10.0.0.0/8', 'old').add(parsePrefix('10.0.0.0/8'), 'new');
    expect([set.size, set.match(inet('10.0.0.1', 0))?.value]).toEqual([1, 'new']);
  });

  test('keeps undefined as a value', () => {
    const set = new CidrSet<undefined>().add('10.0.0.0/8', undefined);
    expect(set.has(inet('10.0.0.1', 0))).toBe(true);
  });

  test('goes through its entries, IPv4 first, the longest prefixes first', () => {
    const set = CidrSet.of('::/0', '0.0.0.0/0', '10.0.0.0/8', '::1/128');
    expect(Array.from(set, ({ prefix }) => formatPrefix(prefix))).toEqual([
      '10.0.0.0/8',
      '0.0.0.0/0',
      '::1/128',
      '::/0',
    ]);
  });
});
