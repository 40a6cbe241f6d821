import { describe, expect, test } from 'vitest';
import {
  addressKey,
  compareAddresses,
  equalAddresses,
  hostAddress,
  inet,
  named,
  unixAbstract,
  unixPath,
  unixUnnamed,
  type Address,
  type HostAddress,
} from './index.ts';

// In order, and all different: neighbours differ in one thing.
const ordered: readonly (Address | HostAddress)[] = [
  inet('9.0.0.1', 80),
  inet('10.0.0.1', 79),
  inet('10.0.0.1', 80),
  inet('128.0.0.1', 80),
  inet('::', 80),
  inet('::1', 443),
  inet('::1%a', 80),
  inet('::1%b', 80),
  inet('::2', 80),
  inet('::ffff:10.0.0.1', 80),
  inet('8000::', 80),
  unixAbstract('./x'),
  unixAbstract('unnamed'),
  unixPath('@./x'),
  unixPath('./x'),
  unixUnnamed,
  named('a.b', '80'),
  named('memory', '80'),
  named('memory', 'lab'),
  named('ws', '80'),
  hostAddress('a.b', 80),
  hostAddress('a.b.', 80),
  hostAddress('memory', 80),
  hostAddress('memory', 81),
];

describe('compareAddresses()', () => {
  test('orders by family, then by what the family has', () => {
    const backwards = ordered.toReversed();
    expect(backwards.toSorted(compareAddresses)).toStrictEqual(ordered);
  });
});

describe('addressKey() and equalAddresses()', () => {
  test('tell all of them apart', () => {
    expect(new Set(ordered.map(addressKey)).size).toBe(ordered.length);
    for (const [index, address] of ordered.entries()) {
      expect(ordered.map((other) => equalAddresses(address, other)).indexOf(true)).toBe(index);
      expect(ordered.map((other) => equalAddresses(address, other)).lastIndexOf(true)).toBe(index);
    }
  });

  test('take a literal for what it says', () => {
    const literal = { family: 'AF_INET6', host: '2001:DB8:0::1', port: 80 } as const;
    expect(equalAddresses(literal, inet('2001:db8::1', 80))).toBe(true);
    expect(addressKey(literal)).toBe('[2001:db8::1]:80');
  });
});
