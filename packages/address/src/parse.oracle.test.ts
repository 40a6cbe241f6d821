import { expect, test } from 'vitest';
import { ipLike } from './ip-texts.test-fixture.ts';
import { oracleIp } from './parse.oracle.test-fixture.ts';
import { isFrequent, repeat, same } from './random.test-fixture.ts';
import { inet, isAddressError, type InetAddress } from './index.ts';

const text = (address: InetAddress): string =>
  address.family === 'AF_INET6' && address.zone !== undefined ? `${address.host}%${address.zone}` : address.host;

const read = (input: string): string | undefined => {
  try {
    return text(inet(input, 0));
  } catch (error) {
    if (isAddressError(error)) return undefined;
    throw error;
  }
};

test('inet() agrees with a second parser', () => {
  let accepted = 0;
  const runs = repeat((random) => {
    const input = ipLike(random);
    const expected = oracleIp(input);
    if (expected !== undefined) accepted++;
    const found = read(input);
    if (found !== expected) expect([input, found]).toEqual([input, expected]);
    if (found !== undefined) same(read(found), found);
  });
  expect([isFrequent(accepted, runs), isFrequent(runs - accepted, runs)]).toEqual([true, true]);
});
