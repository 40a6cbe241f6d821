import { inet, inet6 } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { failure } from '../scripted-driver.test-fixture.ts';
import { ScriptedBackend } from '../scripted-backend.test-fixture.ts';
import { driverConnectOptions } from './connect-options.ts';
import { network } from './network.ts';

describe('driverConnectOptions()', () => {
  test('fills in the defaults', () => {
    expect(driverConnectOptions({})).toEqual({ noDelay: true, keepAlive: undefined, localAddress: undefined });
  });

  test.each([
    ['127.0.0.1', inet('127.0.0.1', 0)],
    ['127.0.0.1:0', inet('127.0.0.1', 0)],
    ['127.0.0.1:5000', inet('127.0.0.1', 5_000)],
    ['::1', inet('::1', 0)],
    ['[::1]:5000', inet('::1', 5_000)],
    ['fe80::1%eth0', inet6('fe80::1', 0, 'eth0')],
    ['[fe80::1%eth0]:5000', inet6('fe80::1', 5_000, 'eth0')],
    ['0.0.0.0', inet('0.0.0.0', 0)],
  ])('reads the local address %s', (text, address) => {
    expect(driverConnectOptions({ localAddress: text }).localAddress).toEqual(address);
  });

  test('takes a local address as a value, also one that was only written down', () => {
    const address = inet('127.0.0.1', 7);
    expect(driverConnectOptions({ localAddress: address }).localAddress).toBe(address);
    expect(driverConnectOptions({ localAddress: { ...address } }).localAddress).toEqual(address);
  });

  test('says what would be right, and writes no control characters', () => {
    expect(() => driverConnectOptions({ localAddress: 'eth0\u001b[2J' })).toThrow(
      new TypeError(
        'localAddress must be an IP address, with or without a port, such as 192.0.2.1 or [2001:db8::1]:5000, not "eth0\\u001b[2J"',
      ),
    );
  });
});

test.each(['unix:/run/x', 'unix:@name'])('%s has no localAddress to connect from', async (endpoint) => {
  const backend = new ScriptedBackend();
  expect(await failure(network(backend).connect(endpoint, { localAddress: '127.0.0.1' }))).toMatchObject({
    code: 'ERR_UNSUPPORTED',
    message: `Cannot connect to ${endpoint}: localAddress is for addresses with a port`,
  });
  expect(backend.dials).toEqual([]);
});
