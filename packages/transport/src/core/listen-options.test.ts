import { describe, expect, test } from 'vitest';
import type { ListenOptions } from '../contract/network.ts';
import { failure } from '../scripted-driver.test-fixture.ts';
import { ScriptedBackend } from '../scripted-backend.test-fixture.ts';
import { driverListenOptions } from './listen-options.ts';
import { network } from './network.ts';

describe('driverListenOptions()', () => {
  test('takes both ends of each range', () => {
    expect(driverListenOptions({ mode: 0, backlog: 1 })).toMatchObject({ mode: 0, backlog: 1 });
    expect(driverListenOptions({ mode: 0o777, backlog: 65_535 })).toMatchObject({ mode: 0o777, backlog: 65_535 });
  });

  test('writes modes as they are meant', () => {
    expect(() => driverListenOptions({ mode: 0o1666 })).toThrow(
      new RangeError('mode must be a whole number from 0o0 to 0o777, not 0o1666'),
    );
  });
});

describe('an option that the endpoint cannot keep is refused, not ignored', () => {
  test.each<[string, ListenOptions, string]>([
    ['tcp://127.0.0.1:1', { mode: 0o600 }, 'mode is for Unix paths, which have permissions'],
    ['tcp://some.test:1', { mode: 0o600 }, 'mode is for Unix paths, which have permissions'],
    ['unix:@name', { mode: 0o600 }, 'mode is for Unix paths; an abstract name has no permissions'],
    ['unix:/run/x', { reusePort: true }, 'reusePort is for addresses with a port'],
    ['unix:@name', { reusePort: true }, 'reusePort is for addresses with a port'],
    ['unix:/run/x', { ipv6Only: true }, 'ipv6Only is for IPv6 addresses'],
    ['tcp://127.0.0.1:1', { ipv6Only: true }, 'ipv6Only is for IPv6 addresses'],
  ])('%s with %o', async (endpoint, options, reason) => {
    const backend = new ScriptedBackend();
    expect(await failure(network(backend).listen(endpoint, options))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      kind: 'unsupported',
      op: 'listen',
      message: `Cannot listen on ${endpoint}: ${reason}`,
    });
    expect(backend.listeners).toEqual([]);
  });
});

describe('an option whose purpose the endpoint fulfils, or that is off, is nothing to do', () => {
  const off = { takeOverStale: true, noDelay: true, keepAlive: {}, reusePort: false, ipv6Only: false };

  test.each<[string, ListenOptions]>([
    ['unix:/run/x', { ...off, mode: 0o660 }],
    ['unix:@name', off],
    ['tcp://127.0.0.1:1', { ...off, reusePort: true }],
    ['tcp://[::1]:1', { ...off, ipv6Only: true, reusePort: true }],
    ['tcp://some.test:1', { ...off, ipv6Only: true }],
  ])('%s', async (endpoint, options) => {
    const backend = new ScriptedBackend();
    backend.names.set('some.test', ['127.0.0.1']);
    await using listener = await network(backend).listen(endpoint, options);
    expect(listener.addresses).toHaveLength(1);
    expect(backend.listeners[0]?.options).toMatchObject({
      takeOverStale: true,
      reusePort: options.reusePort,
      ipv6Only: options.ipv6Only,
      keepAlive: { idleMs: 60_000 },
    });
  });
});
