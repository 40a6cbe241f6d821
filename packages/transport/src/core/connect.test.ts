import { getEventListeners } from 'node:events';
import { inet, unixPath } from '@stack/address';
import { describe, expect, test } from 'vitest';
import type { TransportError } from '../contract/errors.ts';
import type { ConnectOptions } from '../contract/network.ts';
import { failure, ScriptedDriver, settle } from '../scripted-driver.test-fixture.ts';
import { ScriptedBackend } from '../scripted-backend.test-fixture.ts';
import { connectDriver } from './connect.ts';
import { claim } from './endpoint.ts';

const bench = (endpoint: string, options: ConnectOptions = {}) => {
  const backend = new ScriptedBackend();
  backend.names.set('both.test', ['::1', '::2', '127.0.0.1']);
  const start = () => connectDriver(claim([backend], endpoint, 'connect'), options);
  return { backend, start, clock: backend.clock, dials: backend.dials };
};

/** A signal, and how many listen to it. */
const watched = () => {
  const controller = new AbortController();
  const listeners = (): number => getEventListeners(controller.signal, 'abort').length;
  return { controller, signal: controller.signal, listeners };
};

describe('connectDriver()', () => {
  test('dials an address once, with the options of the driver', async () => {
    const { start, dials, clock } = bench('tcp://127.0.0.1:2', { noDelay: false });
    const connecting = start();
    await settle();
    expect(dials).toMatchObject([{ to: '127.0.0.1:2', options: { noDelay: false } }]);
    const driver = new ScriptedDriver();
    dials[0]?.arrive(driver);
    expect(await connecting).toBe(driver);
    expect(clock.pending).toBe(0);
  });

  test('races the addresses of a name, families in turn', async () => {
    const { start, dials, clock } = bench('tcp://both.test:2', { attemptDelayMs: 100 });
    const connecting = start();
    await clock.advance(200);
    expect(dials.map(({ to, atMs }) => [to, atMs])).toEqual([
      ['[::1]:2', 0],
      ['127.0.0.1:2', 100],
      ['[::2]:2', 200],
    ]);
    dials[1]?.arrive(new ScriptedDriver());
    await connecting;
    expect(clock.pending).toBe(0);
  });

  test('from a local address, the other family is passed over, and says so', async () => {
    const { start, dials, clock } = bench('tcp://both.test:2', { localAddress: '127.0.0.1' });
    const connecting = failure(start());
    await clock.advance(1_000);
    expect(dials).toMatchObject([{ to: '127.0.0.1:2', atMs: 0, options: { localAddress: inet('127.0.0.1', 0) } }]);
    dials[0]?.fail('ECONNREFUSED');
    const error = (await connecting) as TransportError;
    expect(error.code).toBe('ECONNREFUSED');
    expect(error.attempts.map(({ code, remote, reason }) => [code, remote, reason])).toEqual([
      ['ECONNREFUSED', inet('127.0.0.1', 2), 'connection refused'],
      ['ERR_UNSUPPORTED', inet('::1', 2), 'localAddress 127.0.0.1:0 is of another family'],
      ['ERR_UNSUPPORTED', inet('::2', 2), 'localAddress 127.0.0.1:0 is of another family'],
    ]);
    expect(clock.pending).toBe(0);
  });

  test('from a local address of the other family, nothing is tried', async () => {
    const { start, dials, clock } = bench('tcp://[::1]:2', { localAddress: '127.0.0.1:5000' });
    expect(await failure(start())).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      message: 'Cannot connect to tcp://[::1]:2: localAddress 127.0.0.1:5000 is of another family',
      attempts: [{ local: inet('127.0.0.1', 5_000), remote: inet('::1', 2) }],
    });
    expect([dials, clock.pending]).toEqual([[], 0]);
  });

  test('never tries faster than every 10 ms', async () => {
    const { start, dials, clock } = bench('tcp://both.test:2', { attemptDelayMs: 0 });
    const connecting = failure(start());
    await clock.advance(9);
    expect(dials).toHaveLength(1);
    await clock.advance(1);
    expect(dials).toHaveLength(2);
    dials[0]?.fail('ECONNREFUSED');
    dials[1]?.fail('ECONNREFUSED');
    await settle();
    dials[2]?.fail('ECONNREFUSED');
    await connecting;
  });

  test('all attempts failed: one error with each of them', async () => {
    const { start, dials } = bench('tcp://both.test:2');
    const connecting = failure(start());
    for (const [i, code] of ['ECONNREFUSED', 'ENETUNREACH', 'EACCES'].entries()) {
      await settle();
      dials[i]?.fail(code);
    }
    const error = (await connecting) as TransportError;
    expect(error).toMatchObject({
      code: 'ECONNREFUSED',
      kind: 'refused',
      message:
        'Cannot connect to tcp://both.test:2: [::1]:2 connection refused; 127.0.0.1:2 network unreachable; [::2]:2 permission denied',
    });
    expect(error.attempts.map(({ code }) => code)).toEqual(['ECONNREFUSED', 'ENETUNREACH', 'EACCES']);
  });

  test('one attempt failed: the error reads as that one', async () => {
    const { start, dials } = bench('tcp://127.0.0.1:2');
    const connecting = failure(start());
    await settle();
    dials[0]?.fail('ETIMEDOUT');
    expect(await connecting).toMatchObject({
      code: 'ETIMEDOUT',
      message: 'Cannot connect to tcp://127.0.0.1:2: the peer did not answer in time',
      attempts: [{ code: 'ETIMEDOUT' }],
      remote: inet('127.0.0.1', 2),
    });
  });

  test('one deadline covers the look-up', async () => {
    const { start, backend, clock } = bench('tcp://slow.test:2', { timeoutMs: 50 });
    const hosts = Promise.withResolvers<readonly string[]>();
    backend.names.set('slow.test', hosts.promise);
    const connecting = failure(start());
    await clock.advance(50);
    expect(await connecting).toMatchObject({ code: 'ERR_TIMEOUT', op: 'connect' });
    hosts.resolve(['127.0.0.1']);
    await settle();
    expect([backend.dials.length, clock.pending]).toEqual([0, 0]);
  });

  test('and every attempt; the error tells what had failed by then', async () => {
    const { start, dials, clock } = bench('tcp://both.test:2', { timeoutMs: 300 });
    const connecting = failure(start());
    await clock.advance(10);
    dials[0]?.fail('ECONNREFUSED');
    await clock.advance(290);
    expect(await connecting).toMatchObject({
      code: 'ERR_TIMEOUT',
      message: 'Cannot connect to tcp://both.test:2: timed out after 300 ms',
      attempts: [
        { code: 'ECONNREFUSED', remote: inet('::1', 2) },
        { code: 'ERR_TIMEOUT', remote: inet('127.0.0.1', 2), reason: 'no answer in time' },
        { code: 'ERR_TIMEOUT', remote: inet('::2', 2) },
      ],
    });
    expect(dials.map(({ options }) => options.signal?.aborted)).toEqual([true, true, true]);
    expect(clock.pending).toBe(0);
  });

  test('an abort rejects with the reason, whatever it is, and leaves it as it was', async () => {
    const reason = await failure(bench('tcp://127.0.0.1:2', { timeoutMs: 0 }).start());
    const { controller, signal, listeners } = watched();
    const { start, dials, clock } = bench('tcp://both.test:2', { signal });
    const connecting = failure(start());
    await settle();
    dials[0]?.fail('ECONNREFUSED');
    await settle();
    controller.abort(reason);
    expect(await connecting).toBe(reason);
    expect((reason as TransportError).attempts).toEqual([]);
    expect([listeners(), clock.pending]).toEqual([0, 0]);
  });

  test.each(['before', 'during the look-up', 'during an attempt', 'as it arrives'])(
    'aborted %s: rejects, and nothing stays open',
    async (when) => {
      const { controller, signal, listeners } = watched();
      const { start, dials, clock } = bench('tcp://both.test:2', { signal });
      const driver = new ScriptedDriver();
      if (when === 'before') controller.abort('enough');
      const connecting = failure(start());
      if (when === 'during the look-up') controller.abort('enough');
      await settle();
      if (when === 'during an attempt') controller.abort('enough');
      dials[0]?.arrive(driver);
      if (when === 'as it arrives') controller.abort('enough');
      expect(await connecting).toBe('enough');
      await settle();
      expect(driver.log).toEqual(dials.length === 0 ? [] : ['reset']);
      expect([listeners(), clock.pending]).toEqual([0, 0]);
    },
  );

  test('a success leaves no listener on the signal', async () => {
    const { signal, listeners } = watched();
    const { start, dials, clock } = bench('tcp://127.0.0.1:2', { signal, timeoutMs: 1_000 });
    const connecting = start();
    await settle();
    dials[0]?.arrive(new ScriptedDriver());
    await connecting;
    expect([listeners(), clock.pending]).toEqual([0, 0]);
  });

  test('a connection to ourselves is no success', async () => {
    const { start, dials } = bench('tcp://127.0.0.1:2');
    const connecting = failure(start());
    await settle();
    const driver = new ScriptedDriver();
    Object.defineProperty(driver, 'local', { value: driver.remote });
    dials[0]?.arrive(driver);
    expect(await connecting).toMatchObject({ code: 'ECONNREFUSED' });
    expect(driver.log).toEqual(['reset']);
  });

  test('of Unix sockets both ends may have no name', async () => {
    const { start, dials } = bench('unix:/tmp/x');
    const connecting = start();
    await settle();
    const driver = new ScriptedDriver();
    for (const end of ['local', 'remote']) Object.defineProperty(driver, end, { value: unixPath('/tmp/x') });
    dials[0]?.arrive(driver);
    expect(await connecting).toBe(driver);
  });

  test('what a backend throws besides our errors is kept as the cause', async () => {
    const { start, backend } = bench('tcp://127.0.0.1:2');
    const cause = new Error('a bug');
    backend.connect = () => Promise.reject(cause);
    const error = (await failure(start())) as TransportError;
    expect(error).toMatchObject({ code: 'ERR_UNSUPPORTED', cause, attempts: [{ cause }] });
  });

  test('mistakes are told before anything is looked up', async () => {
    expect(await failure(bench('tcp://x.test:2', { attemptDelayMs: Number.NaN }).start())).toBeInstanceOf(RangeError);
    expect(await failure(bench('tcp://x.test:2', { timeoutMs: Number.NaN }).start())).toBeInstanceOf(RangeError);
    expect(await failure(bench('tcp://x.test:2', { timeoutMs: 0 }).start())).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(await failure(bench('tcp://x.test:2').start())).toMatchObject({ code: 'ENOTFOUND', op: 'resolve' });
  });
});
