import { hostAddress, inet, parseEndpoint } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { failure, ScriptedDriver, settle } from '../scripted-driver.test-fixture.ts';
import { ScriptedBackend } from '../scripted-backend.test-fixture.ts';
import { network } from './network.ts';
import { systemClock } from './system-clock.ts';

describe('network()', () => {
  test('every mistake is a rejection, never a throw', async () => {
    const net = network(new ScriptedBackend());
    const calls = [
      net.connect('nonsense'),
      net.listen('ws://x'),
      net.bind('tcp://127.0.0.1:1'),
      net.connectDatagram(''),
    ];
    expect((await Promise.all(calls.map(failure))).map((error) => (error as { code: string }).code)).toEqual([
      'ERR_ADDRESS_SCHEME',
      'ERR_UNSUPPORTED',
      'ERR_UNSUPPORTED',
      'ERR_ADDRESS_SCHEME',
    ]);
  });

  test('bounds of a connection are checked before it is dialled', async () => {
    const backend = new ScriptedBackend();
    expect(await failure(network(backend).connect('tcp://127.0.0.1:1', { maxQueuedBytes: 0 }))).toBeInstanceOf(
      RangeError,
    );
    expect(backend.dials).toEqual([]);
  });

  test('a connection has the clock and the bounds that were asked for', async () => {
    const backend = new ScriptedBackend();
    const connecting = network(backend).connect('tcp://127.0.0.1:2', { highWaterBytes: 3 });
    await settle();
    backend.dials[0]?.arrive(new ScriptedDriver({ stuck: true }));
    const connection = await connecting;
    expect(connection.clock).toBe(backend.clock);
    expect(['ab', 'cd', 'ef'].map((data) => connection.trySend(data))).toEqual([true, true, false]);
  });

  test('resolves an endpoint by its scheme, a name by the first backend that looks names up', async () => {
    const blind = new ScriptedBackend();
    Object.assign(blind, { resolve: undefined, schemes: ['ws'] });
    const seeing = new ScriptedBackend();
    seeing.names.set('x.test', ['::1']);
    const net = network(blind, seeing);
    expect(await net.resolve(parseEndpoint('tcp://x.test:5'))).toEqual([inet('::1', 5)]);
    expect(await net.resolve(hostAddress('x.test', 6))).toEqual([inet('::1', 6)]);
    expect(net.clock).toBe(blind.clock);
    expect(await failure(network(blind).resolve(hostAddress('x.test', 6)))).toMatchObject({ code: 'ERR_UNSUPPORTED' });
  });

  test('of no backends it speaks nothing', async () => {
    const net = network();
    expect(net.clock).toBe(systemClock);
    expect(await failure(net.connect('tcp://127.0.0.1:1'))).toMatchObject({
      message: 'Cannot connect to tcp://127.0.0.1:1: nothing here speaks "tcp"; known are none',
    });
  });
});
