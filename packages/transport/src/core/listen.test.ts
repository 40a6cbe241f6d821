import { getEventListeners } from 'node:events';
import { type Address, formatAddress, inet } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { TransportError } from '../contract/errors.ts';
import type { ListenOptions } from '../contract/network.ts';
import { failure, ScriptedDriver, settle } from '../scripted-driver.test-fixture.ts';
import { ScriptedBackend } from '../scripted-backend.test-fixture.ts';
import { claim } from './endpoint.ts';
import { listenAll } from './listen.ts';

const bench = (endpoint: string, options: ListenOptions = {}) => {
  const backend = new ScriptedBackend();
  backend.names.set('localhost', ['127.0.0.1', '::1']);
  return { backend, clock: backend.clock, start: () => listenAll(claim([backend], endpoint, 'listen'), options) };
};

/** Gives port 0 a real one, and fails where `codes` has a code for the family. */
const opening =
  (codes: Partial<Record<string, string>>) =>
  (at: Address): Address => {
    const code = codes[at.family];
    if (code !== undefined) throw new TransportError({ code, op: 'listen', at: formatAddress(at), local: at });
    return at.family === 'AF_INET' || at.family === 'AF_INET6' ? inet(at.host, at.port === 0 ? 5_000 : at.port) : at;
  };

describe('listenAll()', () => {
  test('fills in the defaults, and hands the options to the driver', async () => {
    const plain = bench('tcp://127.0.0.1:1');
    await plain.start();
    expect(plain.backend.listeners[0]?.options).toEqual({
      backlog: 511,
      noDelay: true,
      keepAlive: undefined,
      mode: 0o600,
      takeOverStale: false,
      reusePort: false,
      ipv6Only: false,
    });
    const chosen = bench('unix:/run/x', { backlog: 7, noDelay: false, takeOverStale: true });
    await chosen.start();
    expect(chosen.backend.listeners[0]?.options).toMatchObject({ backlog: 7, noDelay: false, takeOverStale: true });
  });

  test('a name listens on each of its addresses, on one port', async () => {
    const { backend, start } = bench('tcp://localhost:0');
    backend.onOpen = opening({});
    const listener = await start();
    expect(listener.addresses.map(formatAddress)).toEqual(['127.0.0.1:5000', '[::1]:5000']);
    for (const [i, driver] of backend.listeners.entries()) {
      driver.events.onConnection(new ScriptedDriver());
      expect(await listener.accept(), `of listener ${i}`).not.toBeNull();
    }
    await listener.close();
    expect(backend.listeners.map(({ log }) => log)).toEqual([['close'], ['close']]);
  });

  test('an address named twice is listened on once', async () => {
    const { backend, start } = bench('tcp://localhost:1');
    backend.names.set('localhost', ['127.0.0.1', '127.0.0.1']);
    expect((await start()).addresses).toHaveLength(1);
  });

  test.each(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])('a family that this machine lacks (%s) is left out', async (code) => {
    const { backend, start } = bench('tcp://localhost:0');
    backend.onOpen = opening({ AF_INET6: code });
    expect((await start()).addresses.map(formatAddress)).toEqual(['127.0.0.1:5000']);
  });

  test('all families lacking is a failure, and so is one that was named by address', async () => {
    const both = bench('tcp://localhost:1');
    both.backend.onOpen = opening({ AF_INET: 'EADDRNOTAVAIL', AF_INET6: 'EADDRNOTAVAIL' });
    expect(await failure(both.start())).toMatchObject({ code: 'EADDRNOTAVAIL', kind: 'address' });
    const one = bench('tcp://[::1]:1');
    one.backend.onOpen = opening({ AF_INET6: 'EADDRNOTAVAIL' });
    expect(await failure(one.start())).toMatchObject({
      message: 'Cannot listen on tcp://[::1]:1: address not available on this machine',
    });
  });

  test('port 0 that is in use on the next address tries another, and drops who came to the first', async () => {
    const { backend, start } = bench('tcp://localhost:0');
    let given = 5_000;
    const visitors: ScriptedDriver[] = [];
    backend.onOpen = (at) => {
      if (at.family === 'AF_INET') return inet(at.host, (given += 1));
      if (given < 5_003) {
        const visitor = new ScriptedDriver();
        backend.listeners.at(-1)?.events.onConnection(visitor);
        visitors.push(visitor);
        throw new TransportError({ code: 'EADDRINUSE', op: 'listen', at: formatAddress(at), local: at });
      }
      return at;
    };
    const listener = await start();
    expect(listener.addresses.map(formatAddress)).toEqual(['127.0.0.1:5003', '[::1]:5003']);
    expect(backend.listeners.map(({ log }) => log)).toEqual([['close'], ['close'], [], []]);
    expect(visitors.map(({ log }) => log.at(-1))).toEqual(['reset', 'reset']);
    expect(listener.refused).toBe(0);
  });

  test('port 0 that is in use on the next address every time is a failure after 16 ports', async () => {
    const { backend, start } = bench('tcp://localhost:0');
    backend.onOpen = opening({ AF_INET6: 'EADDRINUSE' });
    expect(await failure(start())).toMatchObject({ code: 'EADDRINUSE', local: inet('::1', 5_000) });
    expect(backend.listeners.map(({ log }) => log)).toEqual(Array.from({ length: 16 }, () => ['close']));
  });

  test('called off while it tries another port, it opens no more', async () => {
    const controller = new AbortController();
    const { backend, start } = bench('tcp://localhost:0', { signal: controller.signal });
    backend.onOpen = (at) => {
      if (at.family === 'AF_INET') return inet(at.host, 5_000);
      controller.abort('enough');
      throw new TransportError({ code: 'EADDRINUSE', op: 'listen', at: formatAddress(at), local: at });
    };
    expect(await failure(start())).toBe('enough');
    await settle();
    expect(backend.listeners.map(({ log }) => log)).toEqual([['close']]);
  });

  test('another failure closes what had opened, and names the endpoint', async () => {
    const { backend, start } = bench('tcp://localhost:1');
    backend.onOpen = opening({ AF_INET6: 'EADDRINUSE' });
    expect(await failure(start())).toMatchObject({
      code: 'EADDRINUSE',
      message: 'Cannot listen on tcp://localhost:1: address already in use',
      local: inet('::1', 1),
    });
    expect(backend.listeners.map(({ log }) => log)).toEqual([['close']]);
  });

  test.each(['deadline', 'signal'])('called off by its %s: what opens after all is closed', async (how) => {
    const controller = new AbortController();
    const { signal } = controller;
    const { backend, clock, start } = bench('tcp://localhost:1', { signal, timeoutMs: 50 });
    const opened = Promise.withResolvers<void>();
    backend.onOpen = async (at) => {
      await opened.promise;
      return at;
    };
    const listening = failure(start());
    await clock.advance(10);
    if (how === 'signal') controller.abort('enough');
    else await clock.advance(40);
    const error = await listening;
    if (how === 'signal') expect(error).toBe('enough');
    else expect(error).toMatchObject({ code: 'ERR_TIMEOUT', op: 'listen' });
    opened.resolve();
    await settle();
    expect(backend.listeners.map(({ log }) => log)).toEqual([['close'], ['close']]);
    expect([clock.pending, getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
  });

  test('an abort keeps the reason as it is, also when it is one of our errors', async () => {
    const reason = new TransportError({ code: 'ERR_TIMEOUT', op: 'connect', at: 'elsewhere' });
    const { backend, start } = bench('tcp://slow.test:1', { signal: AbortSignal.abort(reason) });
    expect(await failure(start())).toBe(reason);
    const controller = new AbortController();
    const later = bench('tcp://slow.test:1', { signal: controller.signal });
    later.backend.names.set('slow.test', new Promise(() => undefined));
    const listening = failure(later.start());
    controller.abort(reason);
    expect(await listening).toBe(reason);
    expect(backend.listeners).toEqual([]);
  });

  test('the deadline covers the look-up', async () => {
    const { backend, clock, start } = bench('tcp://slow.test:1', { timeoutMs: 50 });
    backend.names.set('slow.test', new Promise(() => undefined));
    const listening = failure(start());
    await clock.advance(50);
    expect(await listening).toMatchObject({ code: 'ERR_TIMEOUT', op: 'listen' });
  });

  test.each([
    { backlog: 0 },
    { maxUnclaimed: -1 },
    { timeoutMs: Number.NaN },
    { highWaterBytes: 5, maxQueuedBytes: 4 },
  ])('%o is a mistake', async (options) => {
    const { backend, start } = bench('tcp://127.0.0.1:1', options);
    expect(await failure(start())).toBeInstanceOf(RangeError);
    expect(backend.listeners).toEqual([]);
  });
});
