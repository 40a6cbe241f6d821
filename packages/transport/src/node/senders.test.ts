import { inet } from '@stack/address';
import { expect, test } from 'vitest';
import { Senders } from './senders.ts';

test('Senders remembers who sent last, and never takes one for another', () => {
  const senders = new Senders();
  const first = senders.of('127.0.0.1', 5000);
  expect(first).toEqual(inet('127.0.0.1', 5000));
  expect(senders.of('127.0.0.1', 5000)).toBe(first);
  // The same slot, another port; the same port, another host.
  expect(senders.of('127.0.0.1', 5064)).toEqual(inet('127.0.0.1', 5064));
  expect(senders.of('127.0.0.2', 5000)).toEqual(inet('127.0.0.2', 5000));
  expect(senders.of('127.0.0.1', 5000)).toEqual(first);
  expect(senders.of('fe80::1%eth0', 5000)).toEqual(inet('fe80::1%eth0', 5000));
});
