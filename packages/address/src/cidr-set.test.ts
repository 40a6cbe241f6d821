import { describe, expect, test } from 'vitest';
import {
  CidrSet,
  formatPrefix,
  fromBytes,
  inet,
  parsePrefix,
  prefixContains,
  prefixOf,
  toBytes,
  unmap,
  type InetAddress,
  type Prefix,
} from './index.ts';
import { isFrequent, repeat, type Random } from './random.test-fixture.ts';

/** An address in which only a few bytes differ from others of its kind, so that prefixes nest and are neighbours. */
const anyInet = ({ int, pick }: Random): InetAddress => {
  const [base, first, last] = pick([
    ['10.0.0.0', 0, 3],
    ['2001:db8::', 3, 6],
    ['2001:db8::', 14, 15],
    ['::ffff:10.0.0.0', 12, 15],
  ] as const);
  const bytes = toBytes(inet(base, 0));
  for (let index: number = first; index <= last; index++) bytes[index] = pick([0, 10, 255, int(256), int(256)]);
  return fromBytes(bytes, 0);
};

const anyPrefix = (random: Random): Prefix => {
  const address = unmap(anyInet(random));
  const max = toBytes(address).length * 8;
  return prefixOf(address, random.pick([0, 8, 9, max / 2, max - 8, max - 1, max, random.int(max + 1)]));
};

/** The address as it is, or a text of it, in one of its forms. */
const anyForm = ({ pick }: Random, address: InetAddress): InetAddress | string =>
  pick([address, address.host, address.family === 'AF_INET6' ? `${address.host.toUpperCase()}%eth0` : address.host]);

interface Listed {
  readonly prefix: Prefix;
  readonly value: number;
}

/** What `CidrSet` promises, without any thought for speed. */
const search = (list: ReadonlyMap<string, Listed>, address: InetAddress): Listed | undefined => {
  let best: Listed | undefined;
  for (const entry of list.values()) {
    const isLonger = entry.prefix.length > (best?.prefix.length ?? -1);
    if (isLonger && prefixContains(entry.prefix, address)) best = entry;
  }
  return best;
};

const byKey = (a: Listed, b: Listed): number => (formatPrefix(a.prefix) < formatPrefix(b.prefix) ? -1 : 1);

describe('CidrSet', () => {
  test.each([
    ['few prefixes', 100, 20, 4],
    ['many prefixes', 2_500, 600, 5],
    ['prefixes that come and go', 500, 150, 2],
  ])('finds what a search through the list finds: %s', (_, cost, steps, deletes) => {
    let hits = 0;
    const count = repeat((random) => {
      const set = new CidrSet<number>();
      const list = new Map<string, Listed>();
      const known: Prefix[] = [];
      for (let step = 0; step < steps; step++) {
        const prefix = known.length > 0 && random.int(3) === 0 ? random.pick(known) : anyPrefix(random);
        known.push(prefix);
        const key = formatPrefix(prefix);
        const form = random.pick([prefix, key]);
        if (random.int(deletes) === 0) {
          expect(set.delete(form)).toBe(list.delete(key));
        } else {
          set.add(form, step);
          list.set(key, { prefix, value: step });
        }
        for (const address of [anyInet(random), inet(prefix.host, 0)]) {
          const best = search(list, address);
          if (best !== undefined) hits++;
          const asked = anyForm(random, address);
          const found = set.match(asked);
          // `expect` costs more than the search.
          if (found?.value !== best?.value) expect([asked, found]).toStrictEqual([asked, best]);
          if (set.has(asked) !== (best !== undefined)) expect(asked).toBe('found by has() too');
        }
      }
      expect(set.size).toBe(list.size);
      expect([...set].toSorted(byKey)).toStrictEqual([...list.values()].toSorted(byKey));
      for (const key of list.keys()) expect(set.delete(key)).toBe(true);
      for (const prefix of known) expect(set.match(inet(prefix.host, 0))).toBeUndefined();
      expect([set.size, [...set]]).toEqual([0, []]);
    }, cost);
    expect(isFrequent(hits, count)).toBe(true);
  });

  test('takes addresses as text, as inet() reads it', () => {
    const set = CidrSet.of('10.0.0.0/8', 'fe80::/10');
    expect(
      ['10.1.2.3', '::ffff:10.1.2.3', '::FFFF:0A01:0203', 'fe80::1%eth0', 'FE80::1'].map((at) => set.has(at)),
    ).toEqual([true, true, true, true, true]);
    expect(() => set.has('10.1')).toThrow(
      '"10.1" is not an IPv4 address: expected 4 octets, found 2. Did you mean 10.0.0.1?',
    );
    expect(() => set.match('fe80::1%')).toThrow('is not a zone');
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
