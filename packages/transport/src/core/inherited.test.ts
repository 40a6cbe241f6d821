import { describe, expect, test } from 'vitest';
import type { Capability } from '../contract/caps.ts';
import type { BindOptions } from '../contract/datagram-options.ts';
import type { ListenOptions } from '../contract/network.ts';
import { ScriptedBackend } from '../scripted-backend.test-fixture.ts';
import { failure } from '../scripted-driver.test-fixture.ts';
import { network } from './network.ts';

class Inheriting extends ScriptedBackend {
  override readonly caps: ReadonlySet<Capability> = new Set<Capability>(['stream', 'datagram', 'inherited']);
}

describe('the option inherited', () => {
  test.each<[string, ListenOptions, string]>([
    ['tcp://some.test:1', { inherited: 3 }, 'inherited is for an address: a name may stand for several'],
    ['unix:/run/x', { inherited: 3, mode: 0o600 }, 'mode is decided by whoever opened the inherited socket'],
    ['tcp://[::1]:1', { inherited: 3, reusePort: true }, 'reusePort is decided by whoever opened the inherited socket'],
    ['tcp://[::1]:1', { inherited: 'a', ipv6Only: true }, 'ipv6Only is decided by whoever opened the inherited socket'],
  ])('listen on %s with %o is refused, before anything is opened', async (endpoint, options, reason) => {
    const backend = new Inheriting();
    expect(await failure(network(backend).listen(endpoint, options))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      message: `Cannot listen on ${endpoint}: ${reason}`,
    });
    expect(backend.listeners).toEqual([]);
  });

  test('goes to a backend that has inherited descriptors, as it is', async () => {
    const backend = new Inheriting();
    const off = { takeOverStale: true, reusePort: false, ipv6Only: false };
    await using listener = await network(backend).listen('tcp://127.0.0.1:1', { ...off, inherited: 'web' });
    await network(backend).listen('unix:/run/x', { inherited: 0 });
    expect(listener.addresses).toHaveLength(1);
    expect(backend.listeners.map(({ options }) => options.inherited)).toEqual(['web', 0]);
  });

  test('is refused by a backend that has none', async () => {
    const lab = network(new ScriptedBackend());
    const reason = 'the scripted backend has no inherited descriptors';
    expect(await failure(lab.listen('tcp://127.0.0.1:1', { inherited: 3 }))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      reason,
    });
    expect(await failure(lab.bind('udp://127.0.0.1:1', { inherited: 'dns' }))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      reason,
    });
  });

  test('is for sockets that are bound', async () => {
    const backend = new Inheriting();
    const options: BindOptions = { inherited: 3 };
    expect(await failure(network(backend).connectDatagram('udp://127.0.0.1:1', options))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      message: 'Cannot connect to udp://127.0.0.1:1: inherited is for sockets that are bound: use bind',
    });
    expect(backend.sockets).toEqual([]);
  });

  test.each([-1, 1.5, '', null])('bind names it when it is %j', async (inherited) => {
    const error = await failure(network(new Inheriting()).bind('udp://127.0.0.1:1', { inherited } as BindOptions));
    expect(String(error)).toMatch(/^(Type|Range)Error: inherited must be /);
  });
});
