import { expect, test } from 'vitest';
import { inet, named, peerKey, unixAbstract, unixPath, unixUnnamed } from './index.ts';

test.each([
  [inet('10.0.0.1', 1), '10.0.0.1'],
  [inet('::ffff:10.0.0.1', 2), '10.0.0.1'],
  [inet('::ffff:10.0.0.1%eth0', 2), '10.0.0.1'],
  [inet('2001:db8:1:2::1', 3), '2001:db8:1:2::/64'],
  [inet('2001:db8:1:2:ffff:ffff:ffff:ffff', 4), '2001:db8:1:2::/64'],
  [inet('2001:db8:1:3::1', 5), '2001:db8:1:3::/64'],
  [inet('::1', 6), '::/64'],
  [inet('fe80::1%eth0', 7), 'fe80::/64%eth0'],
  [unixPath('/run/x'), 'unix:/run/x'],
  [unixAbstract('x'), 'unix:@x'],
  [unixUnnamed, 'unix:unnamed'],
  [named('memory', 'lab'), 'memory:lab'],
])('peerKey() of %o is %s', (address, key) => {
  expect(peerKey(address)).toBe(key);
});
